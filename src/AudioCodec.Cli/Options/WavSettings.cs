using System.CommandLine;
using AudioCodec.Audio;

namespace AudioCodec.Cli.Options;

/// <summary>How decoded audio is written.</summary>
/// <param name="Encoding">How a sample is stored.</param>
/// <param name="SampleRateHz">Rate to convert to, or <see langword="null"/> for the model's.</param>
/// <param name="Raw">Format of headerless output, or <see langword="null"/> for WAV.</param>
/// <param name="Rescale">Whether loud audio is scaled down rather than clipped.</param>
internal sealed record WavFormat(PcmEncoding Encoding, int? SampleRateHz, RawPcmFormat? Raw, bool Rescale);

/// <summary>The options that say how decoded audio is written.</summary>
internal sealed class WavSettings
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

    private readonly Option<int?> _rate = new("--rate")
    {
        Description = "Sample rate of the output in Hz; the model's by default.",
        HelpName = "Hz",
    };

    private readonly Option<bool> _rescale = new("--rescale", "-r")
    {
        Description = "Scale loud output down instead of clipping it (decodes twice).",
    };

    private readonly RawOption _raw = new("Write samples without a header, as encoding:rate:channels.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_bits);
        command.Options.Add(_rate);
        command.Options.Add(_rescale);
        _raw.AddTo(command);
    }

    /// <summary>What the user asked for.</summary>
    /// <exception cref="UsageException">Options exclude each other, or the rate is out of range.</exception>
    public WavFormat Read(ParseResult parseResult)
    {
        RawPcmFormat? raw = _raw.Read(parseResult);
        int? rate = parseResult.GetValue(_rate);
        if (rate is < 1000 or > 768_000)
        {
            throw new UsageException($"--rate {rate}: 1000 to 768000 Hz are possible.");
        }

        if (raw is not null && rate is not null && raw.SampleRateHz != rate)
        {
            throw new UsageException($"--raw says {raw.SampleRateHz} Hz and --rate says {rate} Hz.");
        }

        return new WavFormat(
            s_encodings[parseResult.GetRequiredValue(_bits)], rate ?? raw?.SampleRateHz, raw, parseResult.GetValue(_rescale));
    }
}
