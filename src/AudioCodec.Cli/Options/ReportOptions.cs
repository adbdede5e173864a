using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AudioCodec.Cli.Options;

/// <summary>The option <c>--json</c>.</summary>
internal sealed class ReportOptions
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Write the report as JSON to standard output.",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_json);

    /// <summary>Whether a report in JSON is wanted.</summary>
    public bool IsJson(ParseResult parseResult) => parseResult.GetValue(_json);

    /// <summary>Writes a report to standard output.</summary>
    public static void Write(CliSession session, JsonNode report) => session.Output.WriteLine(report.ToJsonString(s_indented));

    /// <summary>A number for a report: JSON has no infinity and no NaN, which become null.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Digits kept behind the point.</param>
    public static JsonNode? Number(double value, int digits = 3) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, digits)) : null;
}
