using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;

namespace AudioCodec.Models;

/// <summary>Finds and loads the entropy model that belongs to a codec.</summary>
internal static class EntropyModelFinder
{
    /// <summary>Path of a codec's entropy model: beside its checkpoint, with <c>_lm</c> appended to the name, or in the catalogue.</summary>
    /// <param name="store">Where models are kept.</param>
    /// <param name="codecPath">Folder or file of the codec.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="fingerprint">Computes the fingerprint of the codec's encoder and codebooks. One in the catalogue may be for other weights of the same name, and is passed over then.</param>
    /// <returns>Its path, or <see langword="null"/>.</returns>
    public static string? Find(ModelStore store, string codecPath, EncodecConfig codec, Func<WeightsFingerprint> fingerprint)
    {
        string beside = Path.TrimEndingDirectorySeparator(codecPath) + "_lm";
        if (Directory.Exists(codecPath) && Directory.Exists(beside))
        {
            return beside;
        }

        string official = codec.Name.Replace("encodec_", "encodec_lm_", StringComparison.Ordinal);
        return new[] { codec.Name + "_lm", official }
            .Where(name => name != codec.Name && ModelCatalogue.Find(name) is not null)
            .Select(name => store.TryFind(name, out string? path) ? path : null)
            .FirstOrDefault(path => path is not null && ReadConfig(path, codec).ObjectionTo(codec, fingerprint) is null);
    }

    /// <summary>Loads an entropy model.</summary>
    /// <param name="path">Folder or weights file.</param>
    /// <param name="codec">The codec whose codes it is to predict.</param>
    /// <param name="fingerprint">Computes the fingerprint of the codec's encoder and codebooks.</param>
    /// <exception cref="CheckpointException">It is damaged, or belongs to another codec.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read.</exception>
    public static EntropyModel Load(string path, EncodecConfig codec, Func<WeightsFingerprint> fingerprint)
    {
        EntropyModelConfig config = ReadConfig(path, codec);
        using ByteSource bytes = ByteSource.OpenFile(CheckpointLoader.WeightsFile(path));
        WeightsFingerprint? known = FingerprintFile.Read(path).TryGetValue(FingerprintFile.Weights, out WeightsFingerprint stated) ? stated : null;
        EntropyModel model = EntropyModel.Load(config, TensorArchive.Open(bytes).Tensors, known);
        config.RequireCodec(codec, fingerprint, path); // Last: another thread may be computing the fingerprint meanwhile.
        return model;
    }

    /// <summary>The configuration beside the weights, or the default of the official models, which have no file of it.</summary>
    private static EntropyModelConfig ReadConfig(string path, EncodecConfig codec)
    {
        string file = Path.Combine(Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? string.Empty, "config.json");
        return File.Exists(file) ? EntropyModelConfig.Parse(ConfigFile.ReadBytes(file), file) : EntropyModelConfig.For(codec);
    }
}
