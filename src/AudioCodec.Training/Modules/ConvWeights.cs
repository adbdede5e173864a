using System.Numerics.Tensors;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace AudioCodec.Training.Modules;

/// <summary>Weights of one convolution with its normalization, created under the official names.</summary>
internal sealed class ConvWeights
{
    private readonly ParameterSet _set;
    private readonly Tensor? _plain;
    private readonly Tensor? _gain;
    private readonly Tensor? _direction;
    private readonly Tensor? _normWeight;
    private readonly Tensor? _normBias;
    private readonly long[] _inner;

    /// <summary>Creates the tensors of a convolution of SEANet.</summary>
    /// <param name="set">Receives them.</param>
    /// <param name="layer">The convolution.</param>
    /// <param name="level">Growth of the signal's root mean square from before this layer's ELU, where it has one, to its output in a fresh network.</param>
    public ConvWeights(ParameterSet set, ConvLayer layer, double level)
        : this(
            set, layer.ConvName, layer.NormName, layer.Norm, [.. layer.WeightShape.Select(d => (long)d)], layer.OutputChannels,
            (long)layer.InputChannels * layer.Kernel / (layer.Transposed ? layer.Stride : 1), layer.AfterElu ? level * FreshGain.AfterElu : level)
    {
    }

    /// <summary>Creates the tensors of a convolution.</summary>
    /// <param name="set">Receives them.</param>
    /// <param name="convPrefix">Prefix of <c>weight</c>, such as <c>encoder.model.0.conv.conv</c>.</param>
    /// <param name="normPrefix">Prefix of the group norm, such as <c>encoder.model.0.conv.norm</c>; unused for other norms.</param>
    /// <param name="norm">Normalization.</param>
    /// <param name="shape">Shape of the weight.</param>
    /// <param name="channelsOut">Channels out: length of the bias.</param>
    /// <param name="fanIn">Products that one output value sums; weights are spread evenly with a variance of gain^2 / fan-in.</param>
    /// <param name="gain">Growth of the signal's root mean square from this layer's input to its output in a fresh network.</param>
    public ConvWeights(ParameterSet set, string convPrefix, string normPrefix, ConvNorm norm, long[] shape, long channelsOut, long fanIn, double gain)
    {
        _set = set;
        _inner = [.. Enumerable.Range(1, shape.Length - 1).Select(d => (long)d)];
        long count = shape.Aggregate(1L, (a, b) => a * b);
        long row = count / shape[0];
        float[] values = set.Uniform(count, gain * Math.Sqrt(3.0 / fanIn));
        if (norm == ConvNorm.WeightNorm)
        {
            float[] norms = new float[shape[0]];
            for (int i = 0; i < norms.Length; i++)
            {
                norms[i] = TensorPrimitives.Norm<float>(values.AsSpan((int)(i * row), (int)row));
            }

            _gain = set.Parameter(convPrefix + ".weight_g", norms, [shape[0], .. _inner.Select(_ => 1L)]);
            _direction = set.Parameter(convPrefix + ".weight_v", values, shape);
        }
        else
        {
            _plain = set.Parameter(convPrefix + ".weight", values, shape);
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

    /// <summary>Runs a convolution, in bfloat16 where the network computes so, with a single-precision result.</summary>
    /// <param name="x">Input.</param>
    /// <param name="weight">Weight, as <see cref="Weight"/> gives it or laid out anew.</param>
    /// <param name="bias">Bias.</param>
    /// <param name="convolution">The convolution of input, weight and bias.</param>
    public Tensor Apply(Tensor x, Tensor weight, Tensor bias, Func<Tensor, Tensor, Tensor, Tensor> convolution) => _set.ReducedPrecision
        ? convolution(x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16), bias.to(ScalarType.BFloat16)).to(ScalarType.Float32)
        : convolution(x, weight, bias);

    /// <summary>Applies the group norm over channels and time, where there is one. [B, C, T].</summary>
    public Tensor Normalize(Tensor x) =>
        _normWeight is null ? x : nn.functional.group_norm(x, 1, _normWeight, _normBias, 1e-5);
}
