using AudioCodec.Checkpoints;
using AudioCodec.Codec;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Checkpoints;

/// <summary>Configurations of the tiny golden models.</summary>
internal static class TinyModels
{
    public static EncodecConfig Causal { get; } = new()
    {
        Name = "encodec_tiny_causal",
        SampleRateHz = 8000,
        Channels = 1,
        Causal = true,
        Norm = ConvNorm.WeightNorm,
        Filters = 4,
        Ratios = [4, 2],
        LstmLayers = 1,
        Dimension = 16,
        Codebooks = 4,
        CodebookSize = 16,
        BandwidthsKbps = [4, 8, 16],
    };

    public static EncodecConfig Stereo { get; } = Causal with
    {
        Name = "encodec_tiny_stereo",
        Channels = 2,
        Causal = false,
        Norm = ConvNorm.TimeGroupNorm,
        NormalizeSegments = true,
        SegmentSamples = 400,
        SegmentStrideSamples = 396,
    };

    public static StateDict Weights(string model)
    {
        using GoldenFile file = GoldenFile.Open($"{model}.weights");
        return file.ToStateDict();
    }

    public static void AssertSame(StateDict expected, StateDict actual)
    {
        Assert.Equal(expected.Tensors.Keys.Order(StringComparer.Ordinal), actual.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, CheckpointTensor tensor) in expected.Tensors)
        {
            Assert.Equal(tensor.Shape, actual.Tensors[name].Shape);
            Assert.True(tensor.Values.AsSpan().SequenceEqual(actual.Tensors[name].Values), name);
        }
    }
}
