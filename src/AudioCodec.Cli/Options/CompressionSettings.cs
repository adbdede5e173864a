using System.CommandLine;
using AudioCodec.Bitstream;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Options;

/// <summary>How a user wants files to be compressed; what is not said is chosen by the model.</summary>
/// <param name="BandwidthKbps">Bandwidth, or <see langword="null"/>.</param>
/// <param name="Version">Version of the format, or <see langword="null"/>.</param>
/// <param name="LanguageModel">Whether to entropy-code, or <see langword="null"/>.</param>
/// <param name="Tags">Texts to carry.</param>
/// <param name="SearchWidth">Width of the residual search, or <see langword="null"/>.</param>
internal sealed record CompressionRequest(double? BandwidthKbps, int? Version, bool? LanguageModel, EcdcTags Tags, int? SearchWidth);

/// <summary>The options that say how to compress.</summary>
internal sealed class CompressionSettings
{
    private readonly Option<double?> _bandwidth = new("--bandwidth", "-b")
    {
        Description = "Bandwidth in kbit/s: 1.5, 3, 6, 12 or 24 with the 24 kHz model, 3, 6, 12 or 24 with the 48 kHz model. Default 6.",
        HelpName = "kbps",
    };

    private readonly Option<bool> _languageModel = new("--lm", "-l")
    {
        Description = "Entropy-code with the model's language model (version 1): smaller, slower, exact on every machine.",
    };

    private readonly Option<bool> _noLanguageModel = new("--no-lm") { Description = "Do not entropy-code." };

    private readonly Option<int?> _version = new("--format")
    {
        Description = "Version of the file: 0, the reference's, or 1 with checksums, index and tags. Official models write 0, others 1.",
        HelpName = "0|1",
    };

    private readonly Option<int?> _searchWidth = new("--search-width")
    {
        Description = "Candidates that the quantizer keeps per frame, 1 to 64: 1 is the reference's greedy search, more sounds better and encodes slower. "
            + "The model's own by default.",
        HelpName = "n",
    };

    private readonly Option<string[]> _tags = new("--tag")
    {
        Description = "A text that the file carries (version 1), such as title=Hello; may be repeated.",
        HelpName = "key=value",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_bandwidth);
        command.Options.Add(_languageModel);
        command.Options.Add(_noLanguageModel);
        command.Options.Add(_version);
        command.Options.Add(_searchWidth);
        command.Options.Add(_tags);
    }

    /// <summary>What the user asked for.</summary>
    /// <exception cref="UsageException">Options exclude each other.</exception>
    public CompressionRequest Read(ParseResult parseResult)
    {
        bool with = parseResult.GetValue(_languageModel);
        bool without = parseResult.GetValue(_noLanguageModel);
        int? version = parseResult.GetValue(_version);
        string[] tags = parseResult.GetValue(_tags) ?? [];
        if (with && without)
        {
            throw new UsageException("--lm and --no-lm exclude each other.");
        }

        if (version is not (null or 0 or 1))
        {
            throw new UsageException($"--format {version}: 0 and 1 are the versions of the format.");
        }

        int? searchWidth = parseResult.GetValue(_searchWidth);
        if (searchWidth is < 1 or > EncodecConfig.MaxSearchWidth)
        {
            throw new UsageException($"--search-width {searchWidth}: 1 to {EncodecConfig.MaxSearchWidth} candidates can be kept.");
        }

        if (version == 0 && (with || tags.Length > 0))
        {
            throw new UsageException(
                "--format 0 goes neither with --lm nor with --tag: version 0 has no tags, and its entropy coding decodes on no other machine.");
        }

        bool? languageModel = with ? true : without ? false : null;
        int? wanted = version ?? (with || tags.Length > 0 ? 1 : null);
        return new CompressionRequest(parseResult.GetValue(_bandwidth), wanted, languageModel, Parse(tags), searchWidth);
    }

    private static EcdcTags Parse(string[] texts)
    {
        var tags = new EcdcTags();
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new UsageException($"--tag {text}: key=value is expected, such as title=Hello.");
            }

            tags.Set(text[..equals], text[(equals + 1)..]);
        }

        return tags;
    }
}
