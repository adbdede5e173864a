using System.CommandLine;
using AudioCodec.Audio;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>How the samples of a WAV file are stored.</summary>
internal sealed class BitsOption
{
    private static readonly Dictionary<string, PcmEncoding> s_encodings = new(StringComparer.Ordinal)
    {
        ["16"] = PcmEncoding.S16,
        ["24"] = PcmEncoding.S24,
        ["32f"] = PcmEncoding.F32,
    };

    private readonly Option<string> _bits = new Option<string>("--bits")
    {
        Description = "Samples of the WAV file: 16 or 24 bits, or 32f for float.",
        DefaultValueFactory = _ => "16",
    }.AcceptOnlyFromAmong([.. s_encodings.Keys]);

    /// <summary>The option.</summary>
    public Option Option => _bits;

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_bits);

    /// <summary>What the user asked for.</summary>
    /// <param name="parseResult">The parsed command line.</param>
    /// <param name="raw">Format of output without a header, which has an encoding of its own, or <see langword="null"/>.</param>
    /// <exception cref="UsageException">Both are given.</exception>
    public PcmEncoding Read(ParseResult parseResult, RawPcmFormat? raw)
    {
        if (raw is not null)
        {
            parseResult.Refuse([_bits], "and --raw both say how samples are stored; leave --bits out.");
        }

        return s_encodings[parseResult.GetRequiredValue(_bits)];
    }
}
