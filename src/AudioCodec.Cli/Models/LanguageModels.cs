using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Models;

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
    /// <param name="fingerprint">Gives the fingerprint of the codec's weights.</param>
    /// <exception cref="CheckpointException">It is damaged, or belongs to another codec.</exception>
    public static EntropyModel? Load(string? path, EncodecConfig codec, Func<WeightsFingerprint> fingerprint)
    {
        if (path is null)
        {
            return null;
        }

        EntropyModelConfig config = ReadConfig(path, codec);
        config.RequireCodec(codec, fingerprint, path);
        return EntropyModel.Load(config, CheckpointLoader.LoadTensors(path));
    }

    /// <summary>The configuration beside a language model's weights, or that of the official models, which come without one.</summary>
    /// <param name="path">Folder or weights file.</param>
    /// <param name="codec">The codec whose codes it is to predict.</param>
    /// <exception cref="ConfigException">The configuration cannot be read.</exception>
    public static EntropyModelConfig ReadConfig(string path, EncodecConfig codec)
    {
        string file = Path.Combine(Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? string.Empty, "config.json");
        return File.Exists(file) ? EntropyModelConfig.Parse(File.ReadAllBytes(file), file) : EntropyModelConfig.For(codec);
    }
}
