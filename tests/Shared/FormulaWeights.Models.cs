using System.Text.Json;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Generation.Transformer;

namespace AudioCodec.TestSupport;

/// <content>State dicts of the official architectures.</content>
/// <remarks>Scales and shifts are those of <c>tests/Fixtures/golden/PROVENANCE.md</c>. Each call builds a new dictionary.</remarks>
internal static partial class FormulaWeights
{
    public static StateDict Encodec24Khz() => Codec("encodec_24khz.tensors.json", q => 0.193 * Math.Pow(0.95, q));

    public static StateDict Encodec48Khz() => Codec("encodec_48khz.tensors.json", q => 0.575 * Math.Pow(0.95, q));

    public static StateDict EntropyLm24Khz() => LanguageModel("encodec_lm_24khz.tensors.json");

    public static StateDict EntropyLm48Khz() => LanguageModel("encodec_lm_48khz.tensors.json");

    /// <summary>A transformer over audio tokens of any size.</summary>
    public static StateDict TokenModel(TokenModelConfig config) =>
        new("formula", TokenModelTensors.For(config).ToDictionary(t => t.Name, t =>
        {
            var values = new float[t.Shape.Aggregate(1, (a, b) => a * b)];
            FillTokenModel(t.Name, t.Shape, values);
            return new CheckpointTensor(t.Shape, values);
        }));

    /// <summary>One tensor of it.</summary>
    public static void FillTokenModel(string name, int[] shape, Span<float> values)
    {
        (double scale, float shift) = LanguageModelScale(name, shape);
        Fill(name, values, (float)scale, shift);
    }

    /// <summary>Names and shapes of a <c>*.tensors.json</c> fixture.</summary>
    public static Dictionary<string, int[]> Shapes(string fixture)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path($"golden/{fixture}")));
        return document.RootElement.EnumerateObject().ToDictionary(
            p => p.Name, p => p.Value.EnumerateArray().Select(d => d.GetInt32()).ToArray());
    }

    /// <summary>One tensor of an EnCodec model. <paramref name="embedScale"/> gives the scale of codebook q.</summary>
    public static float[] CodecTensor(string name, int[] shape, Func<int, double> embedScale)
    {
        int count = shape.Aggregate(1, (a, b) => a * b);
        if (name.EndsWith(".inited", StringComparison.Ordinal) || name.EndsWith(".cluster_size", StringComparison.Ordinal))
        {
            return [.. Enumerable.Repeat(1f, count)];
        }

        if (name.Contains("._codebook.embed", StringComparison.Ordinal))
        {
            int level = int.Parse(name.Split('.')[3]);
            return Tensor(name.Replace(".embed_avg", ".embed", StringComparison.Ordinal), count, (float)embedScale(level), 0);
        }

        (double scale, float shift) = CodecScale(name, shape);
        return Tensor(name, count, (float)scale, shift);
    }

    private static StateDict Codec(string fixture, Func<int, double> embedScale) =>
        new(fixture, Shapes(fixture).ToDictionary(t => t.Key, t => new CheckpointTensor(t.Value, CodecTensor(t.Key, t.Value, embedScale))));

    private static (double Scale, float Shift) CodecScale(string name, int[] shape)
    {
        bool Ends(string suffix) => name.EndsWith(suffix, StringComparison.Ordinal);
        bool transposed = name.Contains(".convtr.", StringComparison.Ordinal);
        return name switch
        {
            _ when Ends(".weight_v") => (1, 0),
            _ when Ends(".weight_g") => (0.2, transposed ? 2 : 1),
            _ when Ends(".norm.weight") => (0.1, 1),
            _ when Ends(".norm.bias") => (0.05, 0),
            _ when name.Contains(".lstm.weight_", StringComparison.Ordinal) => (0.05, 0),
            _ when name.Contains(".lstm.bias_", StringComparison.Ordinal) => (0.02, 0),
            _ when Ends(".bias") => (0.02, 0),
            _ when Ends(".convtr.convtr.weight") => (Math.Sqrt(3.0 / (2 * shape[0])), 0),
            _ when Ends(".conv.conv.weight") => (Math.Sqrt(3.0 / (shape[1] * shape[2])), 0),
            _ => throw new ArgumentException($"The formula has no rule for '{name}'.", nameof(name)),
        };
    }

    /// <summary>The entropy model's names are hashed with the prefix <c>lm.</c>, which the state dict does not carry.</summary>
    private static StateDict LanguageModel(string fixture)
    {
        return new(fixture, Shapes(fixture).ToDictionary(t => t.Key, t =>
        {
            (double scale, float shift) = LanguageModelScale(t.Key, t.Value);
            int count = t.Value.Aggregate(1, (a, b) => a * b);
            return new CheckpointTensor(t.Value, Tensor("lm." + t.Key, count, (float)scale, shift));
        }));
    }

    private static (double Scale, float Shift) LanguageModelScale(string name, int[] shape)
    {
        bool bias = name.EndsWith("bias", StringComparison.Ordinal);
        return name switch
        {
            _ when name.StartsWith("emb.", StringComparison.Ordinal) => (1, 0),
            _ when name.StartsWith("linears.", StringComparison.Ordinal) => (bias ? 0.1 : 0.25, 0),
            _ when name.Contains("norm", StringComparison.Ordinal) => bias ? (0.05, 0) : (0.05, 1),
            _ when bias => (0.02, 0),
            _ => (Math.Sqrt(3.0 / shape[1]), 0),
        };
    }
}
