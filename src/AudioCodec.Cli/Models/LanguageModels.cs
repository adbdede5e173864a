using AudioCodec.Checkpoints;
using AudioCodec.Checkpoints.Store;
using AudioCodec.Codec;
using AudioCodec.Entropy;

namespace AudioCodec.Cli.Models;

/// <summary>Finds the language model that belongs to a codec.</summary>
internal static class LanguageModels
{
    /// <summary>Where a codec's language model is: beside its checkpoint under the same name and <c>_lm</c>, or in the catalogue.</summary>
    /// <returns>Its path, or <see langword="null"/>.</returns>
    public static string? Find(string codecPath, string codecName)
    {
        string beside = Path.TrimEndingDirectorySeparator(codecPath) + "_lm";
        if (Directory.Exists(codecPath) && Directory.Exists(beside))
        {
            return beside;
        }

        using var store = new ModelStore();
        string official = codecName.Replace("encodec_", "encodec_lm_", StringComparison.Ordinal);
        return new[] { codecName + "_lm", official }
            .Where(name => name != codecName && ModelCatalogue.Find(name) is not null)
            .Select(name => store.TryFind(name, out string? path) ? path : null)
            .FirstOrDefault(path => path is not null);
    }

    /// <summary>Loads a language model.</summary>
    /// <param name="path">Folder or weights file, or <see langword="null"/> for none.</param>
    /// <param name="codec">The codec whose codes it is to predict.</param>
    /// <exception cref="CheckpointException">It is damaged, or belongs to another codec.</exception>
    public static EntropyModel? Load(string? path, EncodecConfig codec)
    {
        if (path is null)
        {
            return null;
        }

        string configPath = Path.Combine(Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? string.Empty, "config.json");
        EntropyModelConfig config = File.Exists(configPath)
            ? EntropyModelConfig.Parse(File.ReadAllBytes(configPath))
            : EntropyModelConfig.For(codec);
        return config.Codec == codec.Name
            ? EntropyModel.Load(config, CheckpointLoader.LoadTensors(path))
            : throw new CheckpointException($"{path}: this language model is for codec '{config.Codec}', not '{codec.Name}'.", path);
    }
}
