using AudioCodec.Entropy;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AudioCodec.Training.Modules;

/// <summary>One transformer layer of the entropy model: attention, then feed-forward, each followed by its norm.</summary>
internal sealed class EntropyNetworkLayer
{
    private readonly ParameterSet _set;
    private readonly int _width;
    private readonly int _heads;
    private readonly (Tensor Weight, Tensor Bias) _attentionIn;
    private readonly (Tensor Weight, Tensor Bias) _attentionOut;
    private readonly (Tensor Weight, Tensor Bias) _widen;
    private readonly (Tensor Weight, Tensor Bias) _narrow;
    private readonly (Tensor Gain, Tensor Bias) _attentionNorm;
    private readonly (Tensor Gain, Tensor Bias) _feedForwardNorm;

    public EntropyNetworkLayer(ParameterSet set, string prefix, EntropyModelConfig config)
    {
        (_set, _width, _heads) = (set, config.Dimension, config.Heads);
        _attentionIn = Linear(set, prefix + ".self_attn.in_proj_weight", prefix + ".self_attn.in_proj_bias", 3 * _width, _width);

        // Branches that start small let the input through to the heads from the first step on, however many layers there are.
        double branch = 1 / Math.Sqrt(2.0 * config.Layers);
        _attentionOut = Linear(set, prefix + ".self_attn.out_proj.weight", prefix + ".self_attn.out_proj.bias", _width, _width, branch);
        _widen = Linear(set, prefix + ".linear1.weight", prefix + ".linear1.bias", config.FeedForward, _width);
        _narrow = Linear(set, prefix + ".linear2.weight", prefix + ".linear2.bias", _width, config.FeedForward, branch);
        _attentionNorm = Norm(set, prefix + ".norm1", _width);
        _feedForwardNorm = Norm(set, prefix + ".norm2", _width);
    }

    /// <summary>[B * T, D] to the same.</summary>
    public Tensor Forward(Tensor x, long batch, long steps, Tensor mask, double dropout)
    {
        Tensor attended = Apply(_set, Attend(x, batch, steps, mask), _attentionOut.Weight, _attentionOut.Bias);
        x = Normalize(x + EntropyNetwork.Drop(attended, batch, dropout), _attentionNorm);
        Tensor wide = EntropyNetwork.Drop(functional.gelu(Apply(_set, x, _widen.Weight, _widen.Bias)), batch, dropout);
        Tensor narrow = Apply(_set, wide, _narrow.Weight, _narrow.Bias);
        return Normalize(x + EntropyNetwork.Drop(narrow, batch, dropout), _feedForwardNorm);
    }

    /// <summary>x W' + b, in bfloat16 where the set says so.</summary>
    public static Tensor Apply(ParameterSet set, Tensor x, Tensor weight, Tensor bias) => set.ReducedPrecision
        ? functional.linear(x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16)).to(ScalarType.Float32) + bias
        : functional.linear(x, weight, bias);

    /// <summary>A weight [outputs, inputs] drawn evenly within <paramref name="gain"/> / sqrt(inputs), and a bias of zeros.</summary>
    public static (Tensor Weight, Tensor Bias) Linear(ParameterSet set, string weight, string bias, int outputs, int inputs, double gain = 1) => (
        set.Parameter(weight, set.Uniform((long)outputs * inputs, gain / Math.Sqrt(inputs)), outputs, inputs),
        set.Parameter(bias, new float[outputs], outputs));

    /// <summary>Gains of one and biases of zero.</summary>
    public static (Tensor Gain, Tensor Bias) Norm(ParameterSet set, string name, int width)
    {
        var gains = new float[width];
        Array.Fill(gains, 1);
        return (set.Parameter(name + ".weight", gains, width), set.Parameter(name + ".bias", new float[width], width));
    }

    private Tensor Normalize(Tensor x, (Tensor Gain, Tensor Bias) norm) => functional.layer_norm(x, [_width], norm.Gain, norm.Bias);

    /// <summary>[B * T, D] to the same, before the output projection.</summary>
    private Tensor Attend(Tensor x, long batch, long steps, Tensor mask)
    {
        long headWidth = _width / _heads;
        Tensor projected = Apply(_set, x, _attentionIn.Weight, _attentionIn.Bias).view(batch, steps, 3L * _width);

        // The zero input before step 0: its projection is the bias alone.
        Tensor start = _attentionIn.Bias.narrow(0, _width, 2L * _width).expand(batch, 1, 2L * _width);
        Tensor both = cat([start, projected.narrow(2, _width, 2L * _width)], 1);
        Tensor query = Split(projected.narrow(2, 0, _width), batch, steps, headWidth) * (1 / Math.Sqrt(headWidth));
        Tensor key = Split(both.narrow(2, 0, _width), batch, steps + 1, headWidth);
        Tensor value = Split(both.narrow(2, _width, _width), batch, steps + 1, headWidth);
        Tensor weights = query.matmul(key.transpose(2, 3)).add_(mask).softmax(3);
        return weights.matmul(value).transpose(1, 2).reshape(batch * steps, _width);
    }

    /// <summary>[B, T, D] to [B, H, T, D / H].</summary>
    private Tensor Split(Tensor x, long batch, long steps, long headWidth) => x.view(batch, steps, _heads, headWidth).transpose(1, 2).contiguous();
}
