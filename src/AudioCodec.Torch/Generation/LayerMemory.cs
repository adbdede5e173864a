using AudioCodec.Generation.Transformer;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>What a layer keeps of a batch: keys and values of the steps so far, and of the text.</summary>
internal sealed class LayerMemory : IDisposable
{
    private readonly Tensor _keys;
    private readonly Tensor _values;

    /// <summary>Makes room.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="rows">Sequences B.</param>
    /// <param name="capacity">Most steps.</param>
    /// <param name="type">Number format.</param>
    /// <param name="device">Where the tensors are.</param>
    /// <param name="text">The text's keys and values; disposed with this object.</param>
    public LayerMemory(TokenModelConfig config, int rows, int capacity, ScalarType type, Device device, AttendedText? text)
    {
        long[] shape = [rows, config.Heads, capacity, config.Dimension / config.Heads];
        _keys = zeros(shape, type, device).DetachFromDisposeScope();
        _values = zeros(shape, type, device).DetachFromDisposeScope();
        Text = text;
        text?.Keys.DetachFromDisposeScope();
        text?.Values.DetachFromDisposeScope();
        text?.Mask.DetachFromDisposeScope();
    }

    /// <summary>The text; <see langword="null"/> leaves the cross-attention out.</summary>
    public AttendedText? Text { get; }

    /// <summary>Adds keys and values [B, H, S, D / H] of new steps, and gives those of all.</summary>
    public (Tensor Keys, Tensor Values) Append(int past, Tensor keys, Tensor values)
    {
        long steps = keys.shape[2];
        _keys.narrow(2, past, steps).copy_(keys);
        _values.narrow(2, past, steps).copy_(values);
        return (_keys.narrow(2, 0, past + steps), _values.narrow(2, 0, past + steps));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
        Text?.Keys.Dispose();
        Text?.Values.Dispose();
        Text?.Mask.Dispose();
    }
}
