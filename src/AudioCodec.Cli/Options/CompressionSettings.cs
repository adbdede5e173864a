using System.CommandLine;

namespace AudioCodec.Cli.Options;

/// <summary>The options that say how to compress.</summary>
internal sealed class CompressionSettings
{
    private readonly Option<double?> _bandwidth = new("--bandwidth", "-b")
    {
        Description = "Bandwidth in kbit/s: 1.5, 3, 6, 12 or 24 with the 24 kHz model, 3, 6, 12 or 24 with the 48 kHz model. Default 6.",
        HelpName = "kbps",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_bandwidth);

    /// <summary>The bandwidth asked for, or <see langword="null"/>.</summary>
    public double? BandwidthKbps(ParseResult parseResult) => parseResult.GetValue(_bandwidth);
}
