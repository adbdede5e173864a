using AudioCodec.Entropy;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Entropy;

/// <summary>The entropy coder's language model: the trainable twin of <see cref="EntropyModel"/>. Names of parameters are the official ones.</summary>
/// <remarks>
/// Source: High Fidelity Neural Audio Compression (arXiv 2210.13438), section 3.3. Only the embeddings and heads of the codebooks in use
/// are computed.
/// </remarks>
public sealed class EntropyNetwork : nn.Module<Tensor, double, Tensor>
{
    [ComponentName(Name = "transformer")]
    private readonly EntropyTransformer _transformer;

    [ComponentName(Name = "emb")]
    private readonly ModuleGroup _namedEmbeddings;

    [ComponentName(Name = "linears")]
    private readonly ModuleGroup _namedHeads;

    private readonly Embedding[] _embeddings;
    private readonly MixedLinear[] _heads;

    /// <summary>Creates a network with fresh weights on the CPU; <c>to</c> moves it.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="random">Source of the weights.</param>
    public EntropyNetwork(EntropyModelConfig config, SplitMix random)
        : base(nameof(EntropyNetwork))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        _transformer = new EntropyTransformer(config, random);
        _embeddings = [.. Enumerable.Range(0, config.Codebooks).Select(_ => CreateEmbedding(config, random))];
        _heads = [.. Enumerable.Range(0, config.Codebooks).Select(_ => new MixedLinear(config.Dimension, config.CodebookSize, random))];
        _namedEmbeddings = ModuleGroup.Numbered(_embeddings);
        _namedHeads = ModuleGroup.Numbered(_heads);
        RegisterComponents();
    }

    /// <summary>Architecture.</summary>
    public EntropyModelConfig Config { get; }

    /// <summary>Where its tensors are.</summary>
    public Device Device => parameters().First().device;

    /// <summary>The transformer's output for each step, from the codes before it.</summary>
    /// <param name="previous">[K, B, T] 64-bit integers: the code of the step before plus 1, or 0 for none; K may be less than all codebooks.</param>
    /// <param name="dropout">Probability that a channel of a residual branch is dropped.</param>
    /// <returns>[B * T, D].</returns>
    public override Tensor forward(Tensor previous, double dropout)
    {
        ArgumentNullException.ThrowIfNull(previous);
        Tensor embedded = previous.unbind(0).Select((codes, k) => _embeddings[k].call(codes)).Aggregate((sum, x) => sum + x);
        return _transformer.call(embedded, dropout).flatten(0, 1);
    }

    /// <summary>Logits of one codebook: [M, D] to [M, N].</summary>
    public Tensor Logits(Tensor hidden, int codebook) => _heads[codebook].call(hidden);

    private static Embedding CreateEmbedding(EntropyModelConfig config, SplitMix random)
    {
        Embedding embedding = nn.Embedding(config.CodebookSize + 1, config.Dimension);
        FreshValues.Fill(embedding.parameters().Single(), random, 1);
        return embedding;
    }
}
