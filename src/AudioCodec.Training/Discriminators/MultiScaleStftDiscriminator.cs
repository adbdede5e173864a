using AudioCodec.Numerics;
using AudioCodec.Training.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Training.Discriminators;

/// <summary>Discriminators over several window lengths.</summary>
internal sealed class MultiScaleStftDiscriminator : IDisposable
{
    private readonly StftDiscriminator[] _scales;

    public MultiScaleStftDiscriminator(int channels, int filters, IReadOnlyList<int> windows, long seed, Device device, ScalarType type = ScalarType.Float32)
    {
        Tensors = new ParameterSet(SplitMix.For(seed, 0, 1), device, type);
        _scales = [.. windows.Select((w, i) => new StftDiscriminator(Tensors, $"discriminators.{i}", channels, filters, w))];
    }

    /// <summary>All tensors by their official names.</summary>
    public ParameterSet Tensors { get; }

    /// <summary>Logits and maps of every scale. Input [B, C, T].</summary>
    public (Tensor Logits, Tensor[] Maps)[] Forward(Tensor audio) => [.. _scales.Select(s => s.Forward(audio))];

    public void Dispose() => Tensors.Dispose();
}
