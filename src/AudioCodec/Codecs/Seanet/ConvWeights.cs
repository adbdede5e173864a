using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>One convolution, weight norm folded and packed for the matrix product.</summary>
internal sealed class ConvWeights : ILayerWeights
{
    private ConvWeights(ConvLayer layer)
    {
        Layer = layer;
        if (layer.Stride > 1 && layer.Kernel == 2 * layer.Stride && layer.Dilation == 1)
        {
            TwoTap = new TwoTapMatrix(layer.Stride * layer.InputChannels, layer.OutputChannels);
            Matrix = TwoTap.Sum;
        }
        else
        {
            Matrix = new PackedMatrix(layer.Kernel * layer.InputChannels, layer.OutputChannels);
        }
    }

    /// <summary>The layer of these weights.</summary>
    public ConvLayer Layer { get; }

    /// <summary>[kernel * input channels, output channels], taps outermost; with <see cref="TwoTap"/> only part of that.</summary>
    public PackedMatrix Matrix { get; }

    /// <summary>
    /// The weights by halves of the taps, where the kernel is twice the stride: with the input in blocks of one stride, a two-tap
    /// product. Else <see langword="null"/>.
    /// </summary>
    public TwoTapMatrix? TwoTap { get; }

    /// <summary>The group normalization after the convolution, or <see langword="null"/>.</summary>
    public GroupNormWeights? Norm { get; private init; }

    /// <summary>Loads the tensors of a convolution.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static ConvWeights Load(ConvLayer layer, StateDict source)
    {
        ConvWeights weights = new(layer) { Norm = GroupNormWeights.Load(layer, source) };
        float[] values = WeightNorm.Load(layer, source, out float[]? gains);
        source.Get($"{layer.ConvName}.bias", layer.OutputChannels).CopyTo(weights.Matrix.Bias);
        int length = layer.Kernel * layer.InputChannels;
        int parts = weights.TwoTap is null ? 1 : 2;
        int part = length / parts;
        var panel = new float[PackedMatrix.PanelColumns * length];
        for (int index = 0; index < weights.Matrix.PanelCount; index++)
        {
            int first = index * PackedMatrix.PanelColumns;
            int count = Math.Min(PackedMatrix.PanelColumns, layer.OutputChannels - first);
            Span<float> early = panel.AsSpan(0, count * part);
            Span<float> late = panel.AsSpan(count * part, count * (length - part));
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> filter = values.AsSpan((first + i) * length, length);
                float gain = gains is null ? 1f : gains[first + i];
                Reorder(filter, gain, layer.Kernel, 0, early.Slice(i * part, part));
                Reorder(filter, gain, layer.Kernel, layer.Kernel / parts, late.IsEmpty ? late : late.Slice(i * part, part));
            }

            if (weights.TwoTap is null)
            {
                weights.Matrix.SetPanel(index, early);
            }
            else
            {
                weights.TwoTap.SetPanel(index, early, late);
            }
        }

        return weights;
    }

    /// <inheritdoc/>
    public IRowLayer Start(Executor executor, BufferPool pool) => new ConvState(this, Layer.AfterElu, executor, pool);

    /// <summary>From [input, tap] to [tap, input], times the gain: the taps from <paramref name="firstTap"/> on that fit.</summary>
    private static void Reorder(ReadOnlySpan<float> filter, float gain, int kernel, int firstTap, Span<float> column)
    {
        int inputs = filter.Length / kernel;
        for (int tap = 0; tap < column.Length / inputs; tap++)
        {
            Span<float> row = column.Slice(tap * inputs, inputs);
            for (int input = 0, at = firstTap + tap; input < row.Length; input++, at += kernel)
            {
                row[input] = filter[at] * gain;
            }
        }
    }
}
