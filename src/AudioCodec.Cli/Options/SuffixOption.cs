using System.CommandLine;

namespace AudioCodec.Cli.Options;

/// <summary>What is appended to the name of a decompressed file.</summary>
internal sealed class SuffixOption
{
    private readonly Option<string> _suffix = new("--decompress-suffix", "-s", "--decompress_suffix")
    {
        Description = "Suffix of output names where -o gives none.",
        HelpName = "suffix",
        DefaultValueFactory = _ => "_decompressed",
    };

    /// <summary>The option.</summary>
    public Option Option => _suffix;

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_suffix);

    /// <summary>The suffix.</summary>
    public string Read(ParseResult parseResult) => parseResult.GetRequiredValue(_suffix);
}
