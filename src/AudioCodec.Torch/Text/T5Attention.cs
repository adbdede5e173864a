using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Text;

/// <summary>Self-attention of T5: scores are not scaled, and a bias of the relative position is added to them. [B, T, D] to the same.</summary>
internal sealed class T5Attention : nn.Module<Tensor, Tensor, double, Tensor>
{
    [ComponentName(Name = "q")]
    private readonly MixedLinear _query;

    [ComponentName(Name = "k")]
    private readonly MixedLinear _key;

    [ComponentName(Name = "v")]
    private readonly MixedLinear _value;

    [ComponentName(Name = "o")]
    private readonly MixedLinear _output;

    [ComponentName(Name = "relative_attention_bias")]
    private readonly Embedding? _positionBias;

    private readonly T5Config _config;

    /// <summary>Creates the projections with fresh weights.</summary>
    /// <param name="config">Shape.</param>
    /// <param name="hasPositionBias">Whether it holds the bias by relative position, as the first layer does for all.</param>
    /// <param name="random">Source of the weights.</param>
    public T5Attention(T5Config config, bool hasPositionBias, SplitMix random)
        : base(nameof(T5Attention))
    {
        _config = config;
        int inner = config.Heads * config.HeadWidth;

        // In place of a scale of the scores.
        _query = T5Linear.Create(config.Dimension, inner, random, 1 / Math.Sqrt(config.HeadWidth));
        _key = T5Linear.Create(config.Dimension, inner, random);
        _value = T5Linear.Create(config.Dimension, inner, random);
        _output = T5Linear.Create(inner, config.Dimension, random);
        if (hasPositionBias)
        {
            _positionBias = nn.Embedding(config.PositionBuckets, config.Heads);
            FreshValues.Fill(_positionBias.parameters().Single(), random, Math.Sqrt(3.0 / config.Dimension));
        }

        RegisterComponents();
    }

    /// <summary>Terms of the scores by relative position, [1, H, T, T]; only in the attention that holds them.</summary>
    public Tensor PositionBias(int tokens, Device device)
    {
        Embedding bias = _positionBias ?? throw new InvalidOperationException("Only the first layer holds the bias by relative position.");
        var buckets = new long[tokens * tokens];
        for (int query = 0; query < tokens; query++)
        {
            for (int key = 0; key < tokens; key++)
            {
                buckets[(query * tokens) + key] = RelativePosition.Bucket(key - query, _config);
            }
        }

        return bias.call(tensor(buckets, [tokens, tokens], device: device)).permute(2, 0, 1).unsqueeze(0);
    }

    /// <summary>Attends.</summary>
    /// <param name="x">[B, T, D].</param>
    /// <param name="bias">[B or 1, H, T, T], added to the scores.</param>
    /// <param name="dropout">Probability that a weight is dropped.</param>
    public override Tensor forward(Tensor x, Tensor bias, double dropout)
    {
        Tensor scores = Split(_query.call(x)).matmul(Split(_key.call(x)).transpose(2, 3));
        Tensor weights = nn.functional.dropout((scores + bias).softmax(3), dropout, training: dropout > 0);
        Tensor attended = weights.matmul(Split(_value.call(x)));
        return _output.call(attended.transpose(1, 2).reshape(x.shape[0], x.shape[1], _config.Heads * _config.HeadWidth));
    }

    /// <summary>[B, T, H * head width] to [B, H, T, head width].</summary>
    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _config.Heads, _config.HeadWidth).transpose(1, 2);
}
