using AudioCodec.Checkpoints;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Checkpoints;

/// <summary>Tensors of the tiny golden models.</summary>
internal static class TinyModels
{
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
