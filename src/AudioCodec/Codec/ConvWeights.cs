using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codec;

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
        Matrix = new PackedMatrix(kernel * inputChannels, outputChannels);
    }

    public int InputChannels { get; }

    public int OutputChannels { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Dilation { get; }

    /// <summary>Rows that one output row looks at.</summary>
    public int Reach => ((Kernel - 1) * Dilation) + 1;

    /// <summary>[kernel * input channels, output channels], taps outermost.</summary>
    public PackedMatrix Matrix { get; }

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
        var panel = new float[PackedMatrix.PanelColumns * kernel * inputChannels];
        for (int index = 0; index < weights.Matrix.PanelCount; index++)
        {
            int first = index * PackedMatrix.PanelColumns;
            int count = Math.Min(PackedMatrix.PanelColumns, outputChannels - first);
            int length = kernel * inputChannels;
            for (int i = 0; i < count; i++)
            {
                Reorder(
                    values.AsSpan((first + i) * length, length),
                    gains is null ? 1f : gains[first + i],
                    kernel,
                    panel.AsSpan(i * length, length));
            }

            weights.Matrix.SetPanel(index, panel.AsSpan(0, count * length));
        }

        return weights;
    }

    /// <summary>From [input, tap] to [tap, input], times the gain.</summary>
    private static void Reorder(ReadOnlySpan<float> filter, float gain, int kernel, Span<float> column)
    {
        int inputs = filter.Length / kernel;
        for (int tap = 0; tap < kernel; tap++)
        {
            Span<float> row = column.Slice(tap * inputs, inputs);
            for (int input = 0, at = tap; input < row.Length; input++, at += kernel)
            {
                row[input] = filter[at] * gain;
            }
        }
    }
}
