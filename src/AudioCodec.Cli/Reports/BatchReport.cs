using System.Text.Json.Serialization;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Reports;

/// <summary>A file that could not be processed.</summary>
/// <param name="Input">Its path.</param>
/// <param name="Error">Why.</param>
/// <param name="ExitCode">The exit code that it would have had alone.</param>
internal sealed record FailedFile(string Input, string Error, int ExitCode);

/// <summary>What came of the files of a command.</summary>
/// <typeparam name="TReport">What is said of one file.</typeparam>
/// <param name="Files">One for each file that worked.</param>
/// <param name="Failures">One for each file that did not.</param>
internal sealed record BatchReport<TReport>(IReadOnlyList<TReport> Files, IReadOnlyList<FailedFile> Failures)
{
    /// <summary>Whether several files were asked for; the report of a single one stands alone.</summary>
    [JsonIgnore]
    public bool IsOfSeveral { get; init; } = true;

    /// <summary>The exit code of the command.</summary>
    [JsonIgnore]
    public int ExitCode => Failures.Count == 0 ? ExitCodes.Success : ExitCodes.PartialFailure;

    /// <summary>Writes JSON to standard output.</summary>
    public void WriteJson(CliSession session)
    {
        if (IsOfSeveral)
        {
            ReportJson.Write(session, this);
        }
        else
        {
            ReportJson.Write(session, Files[0]);
        }
    }

    /// <summary>Writes a line for each file and a count to standard error.</summary>
    /// <param name="session">Where it goes.</param>
    /// <param name="describe">The line of a file.</param>
    public void WriteLines(CliSession session, Func<TReport, string> describe)
    {
        foreach (TReport report in Files)
        {
            session.Message(describe(report));
        }

        if (IsOfSeveral)
        {
            session.Message($"{Files.Count} done, {Failures.Count} failed");
        }
    }
}
