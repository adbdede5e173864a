using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Entropy;

/// <summary>The language model whose probabilities the arithmetic coder uses; read-only, shared by any number of coders.</summary>
/// <remarks>
/// Its arithmetic is exact: the same weights give the same integer tables on every machine, at every SIMD width, batch size and
/// thread count (<c>ADR-0001-exact-arithmetic.md</c>). Names of tensors are the official ones
/// (<c>transformer.layers.0.self_attn.in_proj_weight</c>, <c>emb.0.weight</c>, <c>linears.0.weight</c>).
/// </remarks>
public sealed class EntropyModel
{
    /// <summary>Largest magnitude of a weight; with it every value of the computation stays within the range of a float.</summary>
    private const float MaxWeight = 1000f;

    private const int TabulatedSteps = 512;
    private readonly float[] _periods;
    private readonly float[] _positions;

    private EntropyModel(EntropyModelConfig config, StateDict weights, WeightsFingerprint? fingerprint)
    {
        Config = config;
        int width = config.Dimension;
        InputNorm = NormWeights.Load(weights, "transformer.norm_in", width);
        Layers = [.. Enumerable.Range(0, config.Layers).Select(i => EntropyLayer.Load(config, weights, i))];
        Embeddings = [.. Enumerable.Range(0, config.Codebooks).Select(k => weights.Get($"emb.{k}.weight", config.CodebookSize + 1, width))];
        Heads = [.. Enumerable.Range(0, config.Codebooks).Select(
            k => EntropyLayer.Matrix(weights, $"linears.{k}.weight", $"linears.{k}.bias", config.CodebookSize, width))];
        Fingerprint = fingerprint ?? WeightsFingerprint.Of(weights);
        _periods = new float[width / 2];
        for (int i = 0; i < _periods.Length; i++)
        {
            // 10000^(i / (half - 1))
            _periods[i] = (float)ExactMath.Exp(9.210340371976184 * i / Math.Max(1, _periods.Length - 1));
        }

        _positions = new float[TabulatedSteps * width];
        for (int step = 0; step < TabulatedSteps; step++)
        {
            ComputePosition(step, _positions.AsSpan(step * width, width));
        }
    }

    /// <summary>The architecture.</summary>
    public EntropyModelConfig Config { get; }

    /// <summary>Fingerprint of the weights.</summary>
    public WeightsFingerprint Fingerprint { get; }

    internal NormWeights InputNorm { get; }

    internal EntropyLayer[] Layers { get; }

    /// <summary>[K][(N + 1) * D]: row 0 stands for "no code yet", row c + 1 for code c.</summary>
    internal float[][] Embeddings { get; }

    internal ExactMatrix[] Heads { get; }

    /// <summary>Builds the model from a checkpoint.</summary>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or holds a value that no trained model has.</exception>
    public static EntropyModel Load(EntropyModelConfig config, StateDict weights) => Load(config, weights, fingerprint: null);

    /// <summary>As the other, with the fingerprint of the weights where it is known.</summary>
    internal static EntropyModel Load(EntropyModelConfig config, StateDict weights, WeightsFingerprint? fingerprint)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        config.Validated();
        return new EntropyModel(config, Checked(weights), fingerprint);
    }

    /// <summary>Whether the model predicts this number of codebooks of this number of bits.</summary>
    internal bool Supports(int codebooks, int bitsPerCode) => codebooks <= Config.Codebooks && Config.CodebookSize == 1 << bitsPerCode;

    /// <summary>Adds the position embedding of a step: cosines, then sines.</summary>
    internal void AddPosition(int step, Span<float> input)
    {
        int width = Config.Dimension;
        Span<float> computed = stackalloc float[step < TabulatedSteps ? 0 : width];
        if (step >= TabulatedSteps)
        {
            ComputePosition(step, computed);
        }

        ReadOnlySpan<float> position = step < TabulatedSteps ? _positions.AsSpan(step * width, width) : computed;
        for (int i = 0; i < position.Length; i++)
        {
            input[i] += position[i];
        }
    }

    /// <summary>The same tensors, whose values are looked at as they are read.</summary>
    private static StateDict Checked(StateDict weights) => new(weights.Source, weights.Tensors.ToDictionary(
        tensor => tensor.Key,
        tensor => new CheckpointTensor(tensor.Value.Shape, values =>
        {
            tensor.Value.CopyTo(values);
            RequireUsable(weights.Source, tensor.Key, values);
        }),
        StringComparer.Ordinal));

    private static void RequireUsable(string source, string name, ReadOnlySpan<float> values)
    {
        if (Magnitude.Largest(values) <= MaxWeight)
        {
            return;
        }

        int bad = 0;
        while (Math.Abs(values[bad]) <= MaxWeight)
        {
            bad++;
        }

        throw new CheckpointException(
            $"{source}: tensor '{name}' holds {values[bad]}; an entropy model's weights lie within {MaxWeight} of zero. The checkpoint is damaged or its training diverged.",
            source,
            name);
    }

    private void ComputePosition(int step, Span<float> position)
    {
        int half = _periods.Length;
        for (int i = 0; i < half; i++)
        {
            (double cosine, double sine) = ExactMath.CosSin((float)step / _periods[i]);
            position[i] = (float)cosine;
            position[half + i] = (float)sine;
        }
    }
}
