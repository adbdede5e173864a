using AudioCodec.Checkpoints;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Text;

namespace AudioCodec.Benchmarks;

/// <summary>Transformers over audio tokens of published sizes with weights of a formula, which are computed tensor by tensor.</summary>
internal static class GeneratorWorkload
{
    /// <summary>The size of musicgen-small: 420 million parameters, of which a step reads 361 million.</summary>
    public static TokenModelConfig Small { get; } = new()
    {
        Dimension = 1024,
        Heads = 16,
        Layers = 24,
        FeedForward = 4096,
        Codebooks = 4,
        CodebookSize = 2048,
        TextWidth = 1024,
    };

    /// <summary>The size of audiogen-medium: 1,839 million parameters.</summary>
    public static TokenModelConfig Medium { get; } = Small with { Dimension = 1536, Heads = 24, Layers = 48, FeedForward = 6144 };

    /// <summary>Weights that a step reads: all matrices but embeddings, the text's projection, and its keys and values, which stay.</summary>
    public static long WeightsPerStep(TokenModelConfig config)
    {
        long width = config.Dimension;
        return (config.Layers * ((6 * width * width) + (2 * width * config.FeedForward))) + (config.Codebooks * config.CodebookSize * width);
    }

    /// <summary>Bytes of a weight.</summary>
    public static int BytesOf(WeightFormat format) => format switch
    {
        WeightFormat.F32 => 4,
        WeightFormat.I8 => 1,
        _ => 2,
    };

    public static TokenModel Load(TokenModelConfig config, WeightFormat format) => TokenModel.Load(config, Weights(config), format);

    /// <summary>A text of 12 tokens.</summary>
    public static TextStates Text(TokenModelConfig config) => new(FormulaWeights.Tensor("text", 12 * config.TextWidth, 1f, 0f), config.TextWidth);

    /// <summary>One step of two rows.</summary>
    public static int[] Step(TokenModelConfig config) =>
        [.. Enumerable.Range(0, 2 * config.Codebooks).Select(i => i * 311 % config.CodebookSize)];

    private static StateDict Weights(TokenModelConfig config) => new("formula", TokenModelTensors.For(config).ToDictionary(
        t => t.Name, t => new CheckpointTensor(t.Shape, values => FormulaWeights.FillTokenModel(t.Name, t.Shape, values))));
}
