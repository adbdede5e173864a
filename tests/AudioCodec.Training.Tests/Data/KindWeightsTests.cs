using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;

namespace AudioCodec.Training.Tests.Data;

public sealed class KindWeightsTests
{
    private static readonly Dictionary<string, double> s_weights = new() { ["speech"] = 0.5, ["music"] = 0.5 };

    private readonly List<string> _lines = [];

    [Theory]
    [InlineData("music", "speech")]
    [InlineData("music", "music")]
    public void Applying_KindsOfTheRecipe_KeepsItsWeightsWithoutAWord(params string[] kinds)
    {
        Assert.Same(s_weights, Applying(kinds, stated: false));
        Assert.Empty(_lines);
    }

    [Fact]
    public void Applying_SubfoldersOfOtherNames_DrawsAllAlikeAndSaysSo()
    {
        Assert.Empty(Applying(["birds", "dogs"], stated: false));
        Assert.Equal("data.kind_weights (speech, music) does not apply, as no subfolder has such a name: all files are drawn alike", Assert.Single(_lines));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Applying_NoKinds_DrawsAllAlikeAndSaysSo(bool stated)
    {
        Assert.Empty(Applying(["", ""], stated));
        Assert.Equal("data.kind_weights (speech, music) does not apply, as no kinds of files are known: all files are drawn alike", Assert.Single(_lines));
    }

    [Fact]
    public void Applying_ManifestOfOtherKinds_LeavesTheRefusalToDrawing()
    {
        Assert.Same(s_weights, Applying(["birds"], stated: true));
        Assert.Empty(_lines);
    }

    [Fact]
    public void Applying_SomeKindsWithoutWeight_NamesThem()
    {
        Assert.Same(s_weights, Applying(["speech", "dogs", ""], stated: false));
        Assert.Equal("data.kind_weights has no weight for files of no kind, dogs: they are not drawn", Assert.Single(_lines));
    }

    [Fact]
    public void Applying_WeightsThatFallToNothing_DoNotApplyToAFolder()
    {
        Dictionary<string, StepValue> weights = new() { ["speech"] = new(new Dictionary<int, double> { [0] = 4, [8000] = 0 }), ["dog"] = new(1) };
        Assert.Empty(KindWeights.Applying("data.weights", weights, ["speech"], stated: false, _lines.Add));
        Assert.Contains("no weight above 0 at some step", Assert.Single(_lines), StringComparison.Ordinal);
        Assert.Same(weights, KindWeights.Applying("data.weights", weights, ["speech"], stated: true, _lines.Add));
    }

    [Fact]
    public void Applying_RecipeWithoutWeights_SaysNothing()
    {
        Assert.Empty(KindWeights.Applying("data.kind_weights", new Dictionary<string, double>(), ["dogs"], stated: false, _lines.Add));
        Assert.Empty(_lines);
    }

    private Dictionary<string, double> Applying(string[] kinds, bool stated) => KindWeights.Applying("data.kind_weights", s_weights, kinds, stated, _lines.Add);
}
