using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Tests;

public sealed class RecipeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("codec_24khz_cpu")]
    [InlineData("configs/train/codec_24khz_cpu.yaml")]
    public void Find_RecipeOfTheProgram_FoundFromAnotherFolder(string pathOrName)
    {
        Assert.False(File.Exists(pathOrName));
        string found = RecipeFile.Find(pathOrName);
        Assert.EndsWith("codec_24khz_cpu.yaml", found, StringComparison.Ordinal);
        Assert.True(File.Exists(found));
    }

    [Fact]
    public void Find_FileOfTheUser_IsThatFile()
    {
        File.WriteAllText(_folder["codec_24khz_cpu"], "");
        Assert.Equal(_folder["codec_24khz_cpu"], RecipeFile.Find(_folder["codec_24khz_cpu"]));
    }

    [Fact]
    public async Task Train_UnknownRecipe_NamesThoseThatThereAre()
    {
        CliRun run = await CliRun.Of("train", "codec", "-c", "codec_24khz_gpv", "-d", _folder["data"]);
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Contains("'codec_24khz_gpv'", run.Errors, StringComparison.Ordinal);
        string[] recipes = [.. Directory.GetFiles(Path.Combine(Fixtures.RepositoryRoot, "configs", "train"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];
        Assert.True(recipes.Length >= 6);
        Assert.Contains(string.Join(", ", recipes), run.Errors, StringComparison.Ordinal);
    }
}
