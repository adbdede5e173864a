using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Generation.Transformer;

/// <summary>Weights of a transformer over audio tokens, packed for the kernels.</summary>
internal sealed class TokenModelWeights
{
    private TokenModelWeights(TokenModelConfig config, Source source, bool compact)
    {
        int width = config.Dimension;
        Config = config;
        IsCompact = compact;
        Embeddings = [.. Enumerable.Range(0, config.Codebooks).Select(k => source.Get($"emb.{k}.weight", config.CodebookSize + 1, width))];
        Layers = [.. Enumerable.Range(0, config.Layers).Select(layer => TokenLayerWeights.Load(config, source, layer))];
        OutputNorm = source.Norm("out_norm", width);
        Heads = [.. Enumerable.Range(0, config.Codebooks).Select(k => source.Linear($"linears.{k}.weight", config.CodebookSize, width))];
        TextProjection = new Linear(
            source.Get($"{TokenModelTensors.TextProjection}.weight", width, config.TextWidth),
            source.Get($"{TokenModelTensors.TextProjection}.bias", width),
            config.TextWidth);
    }

    /// <summary>Shape of the model.</summary>
    public TokenModelConfig Config { get; }

    /// <summary>Whether matrices, and then keys and values too, are kept in less than single precision.</summary>
    public bool IsCompact { get; }

    /// <summary>[K][(N + 1) * D]; the last row is that of the special token.</summary>
    public float[][] Embeddings { get; }

    /// <summary>The layers, first to last.</summary>
    public TokenLayerWeights[] Layers { get; }

    /// <summary>The norm before the heads.</summary>
    public LayerNorm OutputNorm { get; }

    /// <summary>One per codebook, D to N.</summary>
    public Linear[] Heads { get; }

    /// <summary>Text width to D.</summary>
    public Linear TextProjection { get; }

    /// <summary>Loads the weights.</summary>
    /// <param name="config">Shape of the model.</param>
    /// <param name="weights">Tensors, each of which is read once.</param>
    /// <param name="format">Format of the matrices that every step reads.</param>
    /// <exception cref="ConfigException">The shape is not valid.</exception>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or holds a value that is not finite.</exception>
    public static TokenModelWeights Load(TokenModelConfig config, StateDict weights, WeightFormat format)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        return new TokenModelWeights(config.Validated(), new Source(weights, format), format != WeightFormat.F32);
    }

    /// <summary>Tensors as the kernels want them.</summary>
    internal sealed class Source(StateDict weights, WeightFormat format)
    {
        private float[] _matrix = [];

        /// <summary>Values of a tensor, all finite.</summary>
        public float[] Get(string name, params ReadOnlySpan<int> shape)
        {
            float[] values = weights.Get(name, shape);
            RequireFinite(name, values);
            return values;
        }

        /// <summary>Values of a matrix, all finite, until the next call: one memory for all, since those of a large model would leave gigabytes of garbage.</summary>
        public ReadOnlySpan<float> Matrix(string name, int outputs, int inputs)
        {
            CheckpointTensor tensor = weights.Find(name, outputs, inputs);
            if (_matrix.Length < tensor.Count)
            {
                _matrix = GC.AllocateUninitializedArray<float>(tensor.Count);
            }

            Span<float> values = _matrix.AsSpan(0, tensor.Count);
            tensor.CopyTo(values);
            RequireFinite(name, values);
            return values;
        }

        /// <summary>A linear layer without bias.</summary>
        public Linear Linear(string name, int outputs, int inputs) => Linear(Matrix(name, outputs, inputs), inputs);

        /// <summary>A linear layer of some rows of a tensor.</summary>
        public Linear Linear(ReadOnlySpan<float> weight, int inputs) => new(weight, [], inputs, format);

        /// <summary>A layer norm with torch's epsilon.</summary>
        public LayerNorm Norm(string prefix, int width) => new(Get($"{prefix}.weight", width), Get($"{prefix}.bias", width), 1e-5f);

        private void RequireFinite(string name, ReadOnlySpan<float> values)
        {
            if (!float.IsFinite(Magnitude.Largest(values)))
            {
                float largest = TensorPrimitives.MaxMagnitude(values); // With its sign.
                throw new CheckpointException(
                    $"{weights.Source}: tensor '{name}' holds {largest}. The checkpoint is damaged or its training diverged.", weights.Source, name);
            }
        }
    }
}
