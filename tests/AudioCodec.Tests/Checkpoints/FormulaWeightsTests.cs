using AudioCodec.Checkpoints;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Checkpoints;

public class FormulaWeightsTests
{
    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    [InlineData("encodec_audiocraft_tiny")]
    public void CodecTensor_TinyModels_EqualTheirCheckpoints(string model)
    {
        using GoldenFile file = GoldenFile.Open($"{model}.weights");
        foreach (string name in file.Names)
        {
            float[] expected = FormulaWeights.CodecTensor(name, file.Shape(name), q => 0.6 * Math.Pow(0.7, q));
            Assert.True(expected.AsSpan().SequenceEqual(file.Floats(name)), name);
        }
    }

    [Fact]
    public void FullSizeModels_HoldEveryTensorOfTheOfficialNaming()
    {
        StateDict codec = FormulaWeights.Encodec24Khz();
        StateDict lm = FormulaWeights.EntropyLm48Khz();

        Assert.Equal(252, codec.Tensors.Count);
        Assert.Equal(110, lm.Tensors.Count);
        Assert.All(codec.Tensors.Values.Concat(lm.Tensors.Values), t => Assert.Equal(t.Shape.Aggregate(1, (a, b) => a * b), t.Values.Length));
        Assert.Equal(224, FormulaWeights.Encodec48Khz().Tensors.Count);
        Assert.Equal(158, FormulaWeights.EntropyLm24Khz().Tensors.Count);
    }
}
