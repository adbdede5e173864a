using System.CommandLine;

namespace AudioCodec.Cli.Options;

/// <summary>Where output goes and whether it may replace what is there.</summary>
/// <param name="description">What the output is.</param>
/// <param name="required">Whether it has to be named.</param>
internal sealed class OutputOptions(string description = OutputOptions.OfSeveral, bool required = false)
{
    /// <summary>The output of commands that take several inputs.</summary>
    public const string OfSeveral = "Output file; a folder for several inputs; - for standard output. Beside the input by default.";

    /// <summary>The output of commands that make one file.</summary>
    public const string OfOne = "Output file, or - for standard output.";

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = description,
        HelpName = "path",
        Required = required,
    };

    private readonly Option<bool> _force = new("--force", "-f")
    {
        Description = "Replace an output that exists.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_output);
        command.Options.Add(_force);
    }

    /// <summary>Adds only the option to replace an output, for commands whose output is an argument.</summary>
    public void AddForceTo(Command command) => command.Options.Add(_force);

    /// <summary>The output asked for, or <see langword="null"/>.</summary>
    public string? Path(ParseResult parseResult) => parseResult.GetValue(_output);

    /// <summary>Whether an existing output may be replaced.</summary>
    public bool Force(ParseResult parseResult) => parseResult.GetValue(_force);
}
