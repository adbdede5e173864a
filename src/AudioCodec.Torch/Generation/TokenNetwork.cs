using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>The transformer over audio tokens in TorchSharp, to be trained or run on a GPU. Names of parameters are those of <see cref="TokenModelTensors"/>.</summary>
/// <remarks>
/// Source: AudioGen (arXiv 2209.15352), section 3.2; MusicGen (arXiv 2306.05284), section 2. Fresh weights are AudioCraft's: normal with the
/// inverse root of the inputs as deviation, cut at three of them, in layer l divided by the root of 2 l; the packed projections evenly.
/// </remarks>
internal sealed class TokenNetwork : nn.Module<Tensor, TextCondition?, double, Tensor>
{
    [ComponentName(Name = "emb")]
    private readonly ModuleGroup _namedEmbeddings;

    [ComponentName(Name = "linears")]
    private readonly ModuleGroup _namedHeads;

    [ComponentName(Name = "transformer")]
    private readonly ModuleGroup _namedLayers;

    [ComponentName(Name = "out_norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "condition_provider")]
    private readonly ModuleGroup _namedText;

    private readonly Embedding[] _embeddings;
    private readonly Projection[] _heads;
    private readonly TokenLayer[] _layers;
    private readonly Func<Tensor, Tensor> _projectText; // Not a field of the module's type, which would be registered a second time.

    /// <summary>Creates a network with fresh weights on the CPU; <c>to</c> moves it.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="random">Source of the weights; <see langword="null"/> where they will be loaded.</param>
    public TokenNetwork(TokenModelConfig config, SplitMix? random)
        : base(nameof(TokenNetwork))
    {
        Config = config;
        double deviation = 1 / Math.Sqrt(config.Dimension);
        _embeddings = [.. Enumerable.Range(0, config.Codebooks).Select(_ => CreateEmbedding(config, deviation, random))];
        _heads = [.. Enumerable.Range(0, config.Codebooks).Select(_ => new Projection(config.Dimension, config.CodebookSize, random, deviation))];
        _layers = [.. Enumerable.Range(1, config.Layers).Select(depth => new TokenLayer(config, depth, random))];
        _norm = nn.LayerNorm(config.Dimension);
        var text = new MixedLinear(config.TextWidth, config.Dimension, random);
        _projectText = text.call;
        _namedEmbeddings = ModuleGroup.Numbered(_embeddings);
        _namedHeads = ModuleGroup.Numbered(_heads);
        _namedLayers = new ModuleGroup(("layers", ModuleGroup.Numbered(_layers)));
        _namedText = new ModuleGroup(("conditioners", new ModuleGroup(("description", new ModuleGroup(("output_proj", text))))));
        RegisterComponents();
    }

    /// <summary>Architecture.</summary>
    public TokenModelConfig Config { get; }

    /// <summary>Where its tensors are.</summary>
    public Device Device => _norm.weight!.device;

    /// <summary>The transformer's output after each step, from which <see cref="Logits"/> predicts the next.</summary>
    /// <param name="tokens">[B, S, K] 64-bit integers: a code, or <see cref="TokenModelConfig.CodebookSize"/> for the special token.</param>
    /// <param name="text">The rows' texts; <see langword="null"/> for none.</param>
    /// <param name="dropout">Probability that a value that a layer adds is dropped.</param>
    /// <returns>[B, S, D].</returns>
    public override Tensor forward(Tensor tokens, TextCondition? text, double dropout) =>
        Run(tokens, text is null ? null : Project(text), dropout);

    /// <summary>As <see cref="forward"/>, with texts that are projected already.</summary>
    public Tensor Run(Tensor tokens, ProjectedText? text, double dropout)
    {
        Tensor x = Embed(tokens) + Positions((int)tokens.shape[1]);
        Tensor mask = Causal(tokens.shape[1], x);
        return _norm.call(_layers.Aggregate(x, (y, layer) => layer.call(y, mask, text, dropout)));
    }

    /// <summary>Runs on new steps only, with what the layers keep of those before.</summary>
    /// <param name="tokens">[B, S, K] 64-bit integers.</param>
    /// <param name="positions">[S, D] of these steps.</param>
    /// <param name="memories">One for each layer.</param>
    /// <param name="past">Steps before.</param>
    /// <returns>[B, S, D].</returns>
    public Tensor Continue(Tensor tokens, Tensor positions, IReadOnlyList<LayerMemory> memories, int past)
    {
        Tensor x = Embed(tokens) + positions;
        long steps = tokens.shape[1];
        Tensor? mask = steps == 1 ? null : Reduced(full([steps, past + steps], float.NegativeInfinity, dtype: x.dtype, device: x.device).triu_(past + 1));
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            x = _layers[layer].Continue(x, memories[layer], past, mask);
        }

        return _norm.call(x);
    }

    /// <summary>What the layers keep for a batch.</summary>
    /// <param name="rows">Sequences B.</param>
    /// <param name="capacity">Most steps.</param>
    /// <param name="text">Texts; <see langword="null"/> for none.</param>
    public LayerMemory[] CreateMemories(int rows, int capacity, ProjectedText? text)
    {
        ScalarType type = _heads[0].ReducedPrecision ? ScalarType.BFloat16 : _heads[0].Weight.dtype;
        return [.. _layers.Select(layer => new LayerMemory(Config, rows, capacity, type, Device, text is null ? null : Attended(layer.Source(text), text.Mask)))];

        static AttendedText Attended(Tensor[] source, Tensor mask) => new(source[0].contiguous(), source[1].contiguous(), mask);
    }

    /// <summary>Positions of the first steps, [S, D].</summary>
    public Tensor Positions(int steps)
    {
        var position = new SinusoidalPosition(Config.Dimension);
        var values = new float[steps * Config.Dimension];
        for (int step = 0; step < steps; step++)
        {
            position.Write(step, values.AsSpan(step * Config.Dimension, Config.Dimension));
        }

        return tensor(values, [steps, Config.Dimension], dtype: null, device: Device).to(_heads[0].Weight.dtype);
    }

    /// <summary>Logits of all codebooks. [..., D] to [..., K, N] in single precision.</summary>
    public Tensor Logits(Tensor hidden)
    {
        Tensor weight = cat([.. _heads.Select(head => head.Weight)], 0);
        Tensor logits = Projection.Apply(hidden, weight, _heads[0].ReducedPrecision);
        return logits.to(ScalarType.Float32).view([.. hidden.shape[..^1], _heads.Length, Config.CodebookSize]);
    }

    /// <summary>
    /// The texts in the stream's width. A row without text becomes zero vectors: without biases its keys and values are zero, so that the
    /// cross-attention adds exactly nothing.
    /// </summary>
    public ProjectedText Project(TextCondition text)
    {
        Tensor values = _projectText(text.States.to(_heads[0].Weight.dtype)) * text.Mask.unsqueeze(2);
        Tensor none = text.Mask.any(1, keepdim: true).logical_not();
        Tensor mask = zeros_like(values.select(2, 0)).masked_fill_(text.Mask.logical_or(none).logical_not(), float.NegativeInfinity);
        return new ProjectedText(values, Reduced(mask).unsqueeze(1).unsqueeze(1));
    }

    /// <summary>In the format that the scores have.</summary>
    private Tensor Reduced(Tensor mask) => _heads[0].ReducedPrecision ? mask.to(ScalarType.BFloat16) : mask;

    /// <summary>[S, S]: 0 where a step attends, minus infinity after it.</summary>
    private Tensor Causal(long steps, Tensor like) =>
        Reduced(full([steps, steps], float.NegativeInfinity, dtype: like.dtype, device: like.device).triu_(1));

    /// <summary>[B, S, K] to [B, S, D].</summary>
    private Tensor Embed(Tensor tokens) =>
        _embeddings.Zip(tokens.unbind(2), (embedding, own) => embedding.call(own)).Aggregate((sum, own) => sum + own);

    private static Embedding CreateEmbedding(TokenModelConfig config, double deviation, SplitMix? random)
    {
        Embedding embedding = nn.Embedding(config.CodebookSize + 1, config.Dimension);
        if (random is null)
        {
            return embedding;
        }

        using IDisposable frozen = no_grad();
        using Tensor values = tensor(FreshValues.Normal(random, embedding.weight!.numel(), deviation), embedding.weight.shape);
        embedding.weight.copy_(values);
        return embedding;
    }
}
