using System.CommandLine;

namespace AudioCodec.Cli.Options;

/// <summary>The option <c>--json</c>.</summary>
internal sealed class ReportOptions
{
    private readonly Option<bool> _json = new("--json")
    {
        Description = "Write the report as JSON to standard output.",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_json);

    /// <summary>Whether a report in JSON is wanted.</summary>
    public bool IsJson(ParseResult parseResult) => parseResult.GetValue(_json);
}
