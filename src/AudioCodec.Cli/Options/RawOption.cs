using System.CommandLine;
using AudioCodec.Audio;

namespace AudioCodec.Cli.Options;

/// <summary>The format of samples without a header.</summary>
internal sealed class RawOption
{
    private readonly Option<RawPcmFormat?> _raw;

    /// <summary>What the option means where audio is read.</summary>
    public const string ForInput = "The input is samples without a header: encoding:rate:channels.";

    /// <summary>What the option means where audio is written.</summary>
    public const string ForOutput = "Write samples without a header: encoding:rate:channels.";

    /// <summary>The option, with a description that says which side it concerns.</summary>
    public RawOption(string description) => _raw = new Option<RawPcmFormat?>("--raw")
    {
        Description = description,
        HelpName = "s16le:24000:1",
        CustomParser = result =>
        {
            if (RawPcmFormat.TryParse(result.Tokens[0].Value, out RawPcmFormat? format))
            {
                return format;
            }

            result.AddError(
                $"--raw {result.Tokens[0].Value}: expected encoding:rate:channels such as s16le:24000:1; "
                + "encodings are u8, s8, s16, s24, s32, f32 and f64, followed by le or be.");
            return null;
        },
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_raw);

    /// <summary>The format, or <see langword="null"/> for files that state theirs.</summary>
    public RawPcmFormat? Read(ParseResult parseResult) => parseResult.GetValue(_raw);
}
