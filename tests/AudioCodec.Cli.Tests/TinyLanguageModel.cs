using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;

namespace AudioCodec.Cli.Tests;

/// <summary>A language model that knows how often each code occurs, whatever came before: enough to save bits.</summary>
internal static class TinyLanguageModel
{
    /// <summary>Writes the folder of a language model for some codes.</summary>
    /// <param name="folder">Path of the folder; a codec finds it under its own name and <c>_lm</c>.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="codes">[K, F] codes that are to become cheap.</param>
    public static void Install(string folder, EncodecConfig codec, int[] codes)
    {
        EntropyModelConfig config = EntropyModelConfig.For(codec) with
        {
            Dimension = 8,
            Layers = 1,
            Heads = 2,
            FeedForward = 8,
            Window = 10,
        };
        var writer = new SafetensorsWriter();
        void Add(string name, Func<int, float> value, params int[] shape) => writer.Add(
            name, shape, Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(value).ToArray());
        int d = config.Dimension;
        foreach (string norm in new[] { "transformer.norm_in", "transformer.layers.0.norm1", "transformer.layers.0.norm2" })
        {
            Add(norm + ".weight", _ => 1, d);
            Add(norm + ".bias", _ => 0, d);
        }

        Add("transformer.layers.0.self_attn.in_proj_weight", i => 0.01f * (i % 7), 3 * d, d);
        Add("transformer.layers.0.self_attn.in_proj_bias", _ => 0, 3 * d);
        Add("transformer.layers.0.self_attn.out_proj.weight", i => 0.01f * (i % 5), d, d);
        Add("transformer.layers.0.self_attn.out_proj.bias", _ => 0, d);
        Add("transformer.layers.0.linear1.weight", i => 0.01f * (i % 3), config.FeedForward, d);
        Add("transformer.layers.0.linear1.bias", _ => 0, config.FeedForward);
        Add("transformer.layers.0.linear2.weight", i => 0.01f * (i % 4), d, config.FeedForward);
        Add("transformer.layers.0.linear2.bias", _ => 0, d);
        int frames = codes.Length / codec.Codebooks;
        for (int k = 0; k < codec.Codebooks; k++)
        {
            int[] counts = new int[codec.CodebookSize];
            foreach (int code in codes.AsSpan(k * frames, frames))
            {
                counts[code]++;
            }

            Add($"emb.{k}.weight", i => 0.01f * (i % 11), codec.CodebookSize + 1, d);
            Add($"linears.{k}.weight", i => 0.001f * (i % 13), codec.CodebookSize, d);
            Add($"linears.{k}.bias", i => MathF.Log(counts[i] + 0.5f), codec.CodebookSize);
        }

        Directory.CreateDirectory(folder);
        writer.Save(Path.Combine(folder, "model.safetensors"));
        File.WriteAllBytes(Path.Combine(folder, "config.json"), config.ToJson());
    }
}
