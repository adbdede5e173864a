using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>One transposed convolution with kernel 2 x stride, as a two-tap product over the input rows.</summary>
/// <remarks>
/// Input row t reaches output samples t*s .. t*s + 2s - 1, so output block t (s samples) is
/// x[t-1] W[s..2s-1] + x[t] W[0..s-1], the two factors being [input channels, s * output channels].
/// </remarks>
internal sealed class ConvTransposeWeights : ILayerWeights
{
    private ConvTransposeWeights(ConvLayer layer)
    {
        Layer = layer;
        Matrix = new TwoTapMatrix(layer.InputChannels, layer.Stride * layer.OutputChannels);
    }

    /// <summary>The layer of these weights.</summary>
    public ConvLayer Layer { get; }

    /// <summary>[input channels, stride * output channels (time outermost)] for the earlier and the current row.</summary>
    public TwoTapMatrix Matrix { get; }

    /// <summary>The group normalization after the convolution, or <see langword="null"/>.</summary>
    public GroupNormWeights? Norm { get; private init; }

    /// <summary>Loads the tensors of a transposed convolution whose kernel is twice its stride.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static ConvTransposeWeights Load(ConvLayer layer, StateDict source)
    {
        ConvTransposeWeights weights = new(layer) { Norm = GroupNormWeights.Load(layer, source) };
        (int inputChannels, int outputChannels, int kernel, int stride) = (layer.InputChannels, layer.OutputChannels, layer.Kernel, layer.Stride);
        float[] values = WeightNorm.Load(layer, source, out float[]? gains);
        float[] bias = source.Get($"{layer.ConvName}.bias", outputChannels);
        for (int place = 0; place < weights.Matrix.Columns; place++)
        {
            weights.Matrix.Bias[place] = bias[place % outputChannels];
        }

        var earlier = new float[stride * outputChannels];
        var current = new float[stride * outputChannels];
        for (int input = 0; input < inputChannels; input++)
        {
            float gain = gains is null ? 1f : gains[input];
            ReadOnlySpan<float> filters = values.AsSpan(input * outputChannels * kernel, outputChannels * kernel);
            for (int phase = 0; phase < stride; phase++)
            {
                for (int output = 0; output < outputChannels; output++)
                {
                    current[(phase * outputChannels) + output] = filters[(output * kernel) + phase] * gain;
                    earlier[(phase * outputChannels) + output] = filters[(output * kernel) + phase + stride] * gain;
                }
            }

            weights.Matrix.SetRow(input, earlier, current);
        }

        return weights;
    }

    /// <inheritdoc/>
    public IRowLayer Start(Executor executor, BufferPool pool) => new ConvTransposeState(this, executor, pool);
}
