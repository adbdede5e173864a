using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>One convolution, weight norm folded and packed for the matrix product.</summary>
internal sealed class ConvWeights
{
    private ConvWeights(int inputChannels, int outputChannels, int kernel, int stride, int dilation)
    {
        InputChannels = inputChannels;
        OutputChannels = outputChannels;
        Kernel = kernel;
        Stride = stride;
        Dilation = dilation;
        if (stride > 1 && kernel == 2 * stride && dilation == 1)
        {
            TwoTap = new TwoTapMatrix(stride * inputChannels, outputChannels);
            Matrix = TwoTap.Sum;
        }
        else
        {
            Matrix = new PackedMatrix(kernel * inputChannels, outputChannels);
        }
    }

    public int InputChannels { get; }

    public int OutputChannels { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Dilation { get; }

    /// <summary>Rows that one output row looks at.</summary>
    public int Reach => ((Kernel - 1) * Dilation) + 1;

    /// <summary>[kernel * input channels, output channels], taps outermost; with <see cref="TwoTap"/> only part of that.</summary>
    public PackedMatrix Matrix { get; }

    /// <summary>
    /// The weights by halves of the taps, where the kernel is twice the stride: with the input in blocks of one stride, a two-tap
    /// product. Else <see langword="null"/>.
    /// </summary>
    public TwoTapMatrix? TwoTap { get; }

    /// <summary>The group normalization after the convolution, or <see langword="null"/>.</summary>
    public GroupNormWeights? Norm { get; private init; }

    /// <summary>Loads <c>{name}.conv.conv.*</c>, weights [output, input, kernel].</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static ConvWeights Load(
        StateDict source, string name, ConvNorm norm, int inputChannels, int outputChannels, int kernel, int stride, int dilation)
    {
        ConvWeights weights = new(inputChannels, outputChannels, kernel, stride, dilation)
        {
            Norm = norm == ConvNorm.TimeGroupNorm ? GroupNormWeights.Load(source, $"{name}.conv.norm", outputChannels) : null,
        };
        string prefix = $"{name}.conv.conv";
        float[] values = WeightNorm.Load(source, prefix, norm, outputChannels, inputChannels, kernel, out float[]? gains);
        source.Get($"{prefix}.bias", outputChannels).CopyTo(weights.Matrix.Bias);
        int length = kernel * inputChannels;
        int parts = weights.TwoTap is null ? 1 : 2;
        int part = length / parts;
        var panel = new float[PackedMatrix.PanelColumns * length];
        for (int index = 0; index < weights.Matrix.PanelCount; index++)
        {
            int first = index * PackedMatrix.PanelColumns;
            int count = Math.Min(PackedMatrix.PanelColumns, outputChannels - first);
            Span<float> early = panel.AsSpan(0, count * part);
            Span<float> late = panel.AsSpan(count * part, count * (length - part));
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> filter = values.AsSpan((first + i) * length, length);
                float gain = gains is null ? 1f : gains[first + i];
                Reorder(filter, gain, kernel, 0, early.Slice(i * part, part));
                Reorder(filter, gain, kernel, kernel / parts, late.IsEmpty ? late : late.Slice(i * part, part));
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
