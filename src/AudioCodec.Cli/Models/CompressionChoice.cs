using AudioCodec.Cli.Options;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Compression;
using AudioCodec.Entropy;
using AudioCodec.Models;

namespace AudioCodec.Cli.Models;

/// <summary>Fills in what the user left open about a compression.</summary>
internal static class CompressionChoice
{
    /// <summary>The options to compress one file with; a coder of its own for each file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">What the user asked for.</param>
    /// <param name="threads">Threads of the engine.</param>
    /// <exception cref="UsageException">The model does not offer the bandwidth, or has no language model where one is asked for.</exception>
    public static CompressionOptions Options(EcdcModel model, CompressionRequest request, int threads)
    {
        EncodecConfig config = model.Model.Config;
        var options = new CompressionOptions
        {
            BandwidthKbps = Bandwidths.Choose(config, request.BandwidthKbps),
            Threads = threads,
            SearchWidth = request.SearchWidth,
        };
        int version = request.Version ?? (IsOfficial(config.Name) ? 0 : 1);
        if (version == 0)
        {
            return options;
        }

        bool useLanguageModel = request.LanguageModel ?? !IsOfficial(config.Name);
        EntropyModel? languageModel = useLanguageModel ? model.LanguageModel : null;
        if (request.LanguageModel == true && languageModel is null)
        {
            throw new UsageException(
                $"--lm: there is no language model of '{config.Name}' on this machine. Official ones come with 'audiocodec models pull', "
                + "others are named with --lm-checkpoint.");
        }

        return options with
        {
            Version1 = new Version1Options
            {
                CodecFingerprint = model.Fingerprint.ToBytes(),
                Coder = languageModel is null ? null : new EntropyChunkCoder(languageModel),
                Tags = request.Tags,
            },
        };
    }

    /// <summary>Whether a model is one that the reference knows, whose files stay readable there unless asked otherwise.</summary>
    private static bool IsOfficial(string name) =>
        ModelCatalogue.Entries.Any(entry => entry is { Bundled: false, Kind: ModelKind.Codec } && entry.StreamName == name);
}
