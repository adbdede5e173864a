using System.CommandLine;
using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>The options that say how decoded audio is written.</summary>
internal sealed class WavOptions
{
    private const string Original = "original";

    private readonly BitsOption _bits = new();

    private readonly Option<string?> _rate = new("--rate")
    {
        Description = "Sample rate of the output: in Hz, or 'original' for that of the audio that was compressed (version 1 states it). "
            + "The model's by default.",
        HelpName = "Hz|original",
    };

    private readonly Option<bool> _rescale = new("--rescale", "-r")
    {
        Description = "Scale loud output down instead of clipping it (decodes twice).",
    };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_bits.Option, _rate, _rescale];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _bits.AddTo(command);
        command.Options.Add(_rate);
        command.Options.Add(_rescale);
    }

    /// <summary>What the user asked for.</summary>
    /// <param name="parseResult">The parsed command line.</param>
    /// <param name="raw">Format of output without a header, or <see langword="null"/> for WAV.</param>
    /// <exception cref="UsageException">Options exclude each other, or the rate is out of range.</exception>
    public WavFormat Read(ParseResult parseResult, RawPcmFormat? raw)
    {
        string? text = parseResult.GetValue(_rate);
        if (raw is not null && text is not null && text != $"{raw.SampleRateHz}")
        {
            throw new UsageException($"--raw says {raw.SampleRateHz} Hz and --rate says {text}.");
        }

        return new WavFormat(
            _bits.Read(parseResult, raw),
            raw?.SampleRateHz ?? (text is null or Original ? null : Parse(text)),
            text == Original,
            raw,
            parseResult.GetValue(_rescale));
    }

    private static int Parse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rate) && rate is >= 1000 and <= 768_000
            ? rate
            : throw new UsageException($"--rate {text}: 1000 to 768000 Hz, or 'original', are possible.");
}
