using AudioCodec.Numerics;
using AudioCodec.Text;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Text;

/// <summary>What a part of a layer adds to the stream: takes the stream [B, T, D], the bias of attention scores and the probability of dropout.</summary>
internal abstract class T5Branch(string name) : nn.Module<Tensor, Tensor, double, Tensor>(name);

/// <summary>Attention after a norm.</summary>
internal sealed class T5AttentionBranch : T5Branch
{
    [ComponentName(Name = "SelfAttention")]
    private readonly T5Attention _attention;

    [ComponentName(Name = "layer_norm")]
    private readonly T5Norm _norm;

    public T5AttentionBranch(T5Config config, bool hasPositionBias, SplitMix random)
        : base(nameof(T5AttentionBranch))
    {
        _attention = new T5Attention(config, hasPositionBias, random);
        _norm = new T5Norm(config.Dimension, config.NormEpsilon);
        RegisterComponents();
    }

    /// <inheritdoc cref="T5Attention.PositionBias"/>
    public Tensor PositionBias(int tokens, Device device) => _attention.PositionBias(tokens, device);

    public override Tensor forward(Tensor x, Tensor bias, double dropout) => _attention.call(_norm.call(x), bias, dropout);
}

/// <summary>Feed-forward network after a norm.</summary>
internal sealed class T5FeedForwardBranch : T5Branch
{
    [ComponentName(Name = "DenseReluDense")]
    private readonly T5FeedForward _network;

    [ComponentName(Name = "layer_norm")]
    private readonly T5Norm _norm;

    public T5FeedForwardBranch(T5Config config, SplitMix random)
        : base(nameof(T5FeedForwardBranch))
    {
        _network = new T5FeedForward(config, random);
        _norm = new T5Norm(config.Dimension, config.NormEpsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor bias, double dropout) => _network.call(_norm.call(x), dropout);
}
