using System.Text.Json.Nodes;
using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Batch;

/// <summary>Says what came of a command's files.</summary>
internal static class BatchSummary
{
    /// <summary>Refuses a command line whose report and output would both go to standard output.</summary>
    /// <exception cref="UsageException">They would.</exception>
    public static void RefuseMixedOutput(IReadOnlyList<FileJob> jobs, bool json)
    {
        if (json && jobs.Any(job => job.Output == OutputOptions.Pipe))
        {
            throw new UsageException("--json and an output of - would both write to standard output; write the output to a file.");
        }
    }

    /// <summary>Writes JSON to standard output, or a line per file and a count to standard error.</summary>
    public static void Write(CliSession session, BatchResult result, bool json, Func<JsonObject, string> describe)
    {
        if (json)
        {
            ReportOptions.Write(session, result.ToJson());
        }
        else
        {
            WriteText(session, result, describe);
        }
    }

    /// <summary>Writes a line per file and a count to standard error.</summary>
    public static void WriteText(CliSession session, BatchResult result, Func<JsonObject, string> describe)
    {
        foreach (JsonObject report in result.Reports)
        {
            session.Message(describe(report));
        }

        if (result.Several)
        {
            session.Message($"{result.Reports.Count} done, {result.Failures.Count} failed");
        }
    }
}
