using AudioCodec.Codec;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Weights of one convolution with its normalization, created under the official names.</summary>
internal sealed class ConvWeights
{
    private readonly Tensor? _plain;
    private readonly Tensor? _gain;
    private readonly Tensor? _direction;
    private readonly Tensor? _normWeight;
    private readonly Tensor? _normBias;
    private readonly long[] _inner;

    /// <summary>Creates the tensors of a convolution.</summary>
    /// <param name="set">Receives them.</param>
    /// <param name="convPrefix">Prefix of <c>weight</c>, such as <c>encoder.model.0.conv.conv</c>.</param>
    /// <param name="normPrefix">Prefix of the group norm, such as <c>encoder.model.0.conv.norm</c>; unused for other norms.</param>
    /// <param name="norm">Normalization.</param>
    /// <param name="shape">Shape of the weight.</param>
    /// <param name="channelsOut">Channels out: length of the bias.</param>
    /// <param name="gain">Factor that keeps the signal's scale.</param>
    public ConvWeights(ParameterSet set, string convPrefix, string normPrefix, ConvNorm norm, long[] shape, long channelsOut, double gain)
    {
        _inner = [.. Enumerable.Range(1, shape.Length - 1).Select(d => (long)d)];
        long count = shape.Aggregate(1L, (a, b) => a * b);
        long fan = count / shape[0];

        // The spread is that of PyTorch's default; the gain makes up for what ELU takes from the signal's power.
        float[] values = set.Uniform(count, Math.Sqrt(1.0 / fan));
        if (norm == ConvNorm.WeightNorm)
        {
            float[] norms = new float[shape[0]];
            for (int row = 0; row < norms.Length; row++)
            {
                norms[row] = (float)(gain * Math.Sqrt(values.AsSpan((int)(row * fan), (int)fan).ToArray().Sum(v => (double)v * v)));
            }

            _gain = set.Parameter(convPrefix + ".weight_g", norms, [shape[0], .. _inner.Select(_ => 1L)]);
            _direction = set.Parameter(convPrefix + ".weight_v", values, shape);
        }
        else
        {
            float[] scaled = norm == ConvNorm.None ? [.. values.Select(v => (float)(v * gain))] : values;
            _plain = set.Parameter(convPrefix + ".weight", scaled, shape);
        }

        Bias = set.Parameter(convPrefix + ".bias", new float[channelsOut], channelsOut);
        if (norm == ConvNorm.TimeGroupNorm)
        {
            _normWeight = set.Parameter(normPrefix + ".weight", [.. Enumerable.Repeat(1f, (int)channelsOut)], channelsOut);
            _normBias = set.Parameter(normPrefix + ".bias", new float[channelsOut], channelsOut);
        }
    }

    /// <summary>The bias, [C].</summary>
    public Tensor Bias { get; }

    /// <summary>The weight that the convolution uses: with weight norm <c>g * v / |v|</c>, the norm over all dimensions but the first.</summary>
    public Tensor Weight() =>
        _plain ?? _direction! * (_gain! / (_direction! * _direction!).sum(_inner, keepdim: true).sqrt());

    /// <summary>Applies the group norm over channels and time, where there is one. [B, C, T].</summary>
    public Tensor Normalize(Tensor x) =>
        _normWeight is null ? x : nn.functional.group_norm(x, 1, _normWeight, _normBias, 1e-5);
}
