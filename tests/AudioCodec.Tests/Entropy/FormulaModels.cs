using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Entropy;

/// <summary>Entropy models with formula weights, built once for all tests.</summary>
internal static class FormulaModels
{
    private static readonly Lazy<EntropyModel> s_full24 = new(() => EntropyModel.Load(
        EntropyModelConfig.For(EncodecConfig.Encodec24Khz), FormulaWeights.EntropyLm24Khz()));

    private static readonly Lazy<EntropyModel> s_full48 = new(() => EntropyModel.Load(
        EntropyModelConfig.For(EncodecConfig.Encodec48Khz), FormulaWeights.EntropyLm48Khz()));

    private static readonly Lazy<EntropyModel> s_tiny = new(() => EntropyModel.Load(TinyConfig, TinyWeights()));

    public static EntropyModel Full24 => s_full24.Value;

    public static EntropyModel Full48 => s_full48.Value;

    /// <summary>Two narrow layers with odd sizes: a head of 5 elements, 24 codes, a window of 20 steps.</summary>
    public static EntropyModel Tiny => s_tiny.Value;

    public static EntropyModelConfig TinyConfig => new()
    {
        Name = "tiny_lm",
        Codec = "tiny",
        Codebooks = 4,
        CodebookSize = 32,
        Dimension = 30,
        Layers = 2,
        Heads = 6,
        FeedForward = 50,
        Window = 20,
    };

    public static StateDict TinyWeights()
    {
        EntropyModelConfig config = TinyConfig;
        var tensors = new Dictionary<string, CheckpointTensor>();
        void Add(string name, float scale, float shift, params int[] shape) => tensors.Add(
            name, new CheckpointTensor(shape, FormulaWeights.Tensor("tiny." + name, shape.Aggregate(1, (a, b) => a * b), scale, shift)));
        int d = config.Dimension;
        Add("transformer.norm_in.weight", 0.05f, 1, d);
        Add("transformer.norm_in.bias", 0.05f, 0, d);
        for (int i = 0; i < config.Layers; i++)
        {
            string layer = $"transformer.layers.{i}.";
            Add(layer + "self_attn.in_proj_weight", 0.3f, 0, 3 * d, d);
            Add(layer + "self_attn.in_proj_bias", 0.1f, 0, 3 * d);
            Add(layer + "self_attn.out_proj.weight", 0.3f, 0, d, d);
            Add(layer + "self_attn.out_proj.bias", 0.1f, 0, d);
            Add(layer + "linear1.weight", 0.3f, 0, config.FeedForward, d);
            Add(layer + "linear1.bias", 0.1f, 0, config.FeedForward);
            Add(layer + "linear2.weight", 0.2f, 0, d, config.FeedForward);
            Add(layer + "linear2.bias", 0.1f, 0, d);
            foreach (string norm in new[] { "norm1", "norm2" })
            {
                Add(layer + norm + ".weight", 0.05f, 1, d);
                Add(layer + norm + ".bias", 0.05f, 0, d);
            }
        }

        for (int k = 0; k < config.Codebooks; k++)
        {
            Add($"emb.{k}.weight", 1, 0, config.CodebookSize + 1, d);
            Add($"linears.{k}.weight", 0.4f, 0, config.CodebookSize, d);
            Add($"linears.{k}.bias", 0.1f, 0, config.CodebookSize);
        }

        return new StateDict("formula", tensors);
    }

    public static ushort[] RandomCodes(int frames, int codebooks, int size, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, frames * codebooks).Select(_ => (ushort)random.Next(size))];
    }
}
