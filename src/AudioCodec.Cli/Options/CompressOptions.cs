using System.CommandLine;
using AudioCodec.Audio;
using AudioCodec.Cli.Session;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Options;

/// <summary>The options that say how to compress.</summary>
internal sealed class CompressOptions
{
    private readonly Option<double?> _bandwidth = new Option<double?>("--bandwidth", "-b")
    {
        Description = "Bandwidth in kbit/s: 1.5, 3, 6, 12 or 24 with the 24 kHz model, 3, 6, 12 or 24 with the 48 kHz model. Default 6.",
        HelpName = "kbps",
    }.Strict();

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

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_bandwidth, _languageModel, _noLanguageModel, _version, _searchWidth, _tags];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Adds only what decides the codes.</summary>
    public void AddCodingTo(Command command)
    {
        command.Options.Add(_bandwidth);
        command.Options.Add(_searchWidth);
    }

    /// <summary>What the user asked for; what is not said is chosen by the model.</summary>
    /// <param name="parseResult">The parsed command line.</param>
    /// <param name="inputFormat">Format of inputs without a header, or <see langword="null"/>.</param>
    /// <exception cref="UsageException">Options exclude each other, or a number is out of range.</exception>
    public CompressionOptions Read(ParseResult parseResult, RawPcmFormat? inputFormat)
    {
        bool with = parseResult.GetValue(_languageModel);
        bool without = parseResult.GetValue(_noLanguageModel);
        string[] tags = parseResult.GetValue(_tags) ?? [];
        var options = new CompressionOptions
        {
            BandwidthKbps = parseResult.GetValue(_bandwidth),
            EntropyCoding = with ? true : without ? false : null,
            FormatVersion = parseResult.GetValue(_version),
            SearchWidth = parseResult.GetValue(_searchWidth),
            Tags = Parse(tags),
            InputFormat = inputFormat,
        };
        if (with && without)
        {
            throw new UsageException("--lm and --no-lm exclude each other.");
        }

        if (options.FormatVersion is not (null or 0 or 1))
        {
            throw new UsageException($"--format {options.FormatVersion}: 0 and 1 are the versions of the format.");
        }

        if (options.SearchWidth is < 1 or > EncodecConfig.MaxSearchWidth)
        {
            throw new UsageException($"--search-width {options.SearchWidth}: 1 to {EncodecConfig.MaxSearchWidth} candidates can be kept.");
        }

        return options.FormatVersion != 0 || !(with || tags.Length > 0)
            ? options
            : throw new UsageException(
                "--format 0 goes neither with --lm nor with --tag: version 0 has no tags, and its entropy coding decodes on no other machine.");
    }

    /// <summary>Refuses a language model that would not be used.</summary>
    /// <exception cref="UsageException">One is named, and none is to be used.</exception>
    public static void RequireUse(CompressionOptions options, CodecOptions codec)
    {
        if (codec.EntropyModel is not null && (options.EntropyCoding == false || options.FormatVersion == 0))
        {
            throw new UsageException($"--lm-checkpoint names a language model, and {(options.FormatVersion == 0 ? "--format 0" : "--no-lm")} goes without one; leave one out.");
        }
    }

    /// <summary>Checks that a codec offers what was asked for.</summary>
    /// <exception cref="UsageException">It has no such bandwidth, or no language model where one is asked for.</exception>
    public static void RequireOffered(Codec codec, CompressionOptions options)
    {
        if (options.BandwidthKbps is double kbps && !codec.Info.BandwidthsKbps.Contains(kbps))
        {
            throw new UsageException($"Model '{codec.Info.Name}' offers {string.Join(", ", codec.Info.BandwidthsKbps)} kbit/s, not {kbps}.");
        }

        if (options.EntropyCoding == true && !codec.HasEntropyModel)
        {
            throw new UsageException(
                $"--lm: there is no language model of '{codec.Info.Name}' on this machine. Official ones come with 'audiocodec models pull', "
                + "others are named with --lm-checkpoint.");
        }
    }

    private static OrderedDictionary<string, string> Parse(string[] texts)
    {
        var tags = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new UsageException($"--tag {text}: key=value is expected, such as title=Hello.");
            }

            // The last of several values of a key counts, at the end of the list.
            tags.Remove(text[..equals]);
            tags.Add(text[..equals], text[(equals + 1)..]);
        }

        return tags;
    }
}
