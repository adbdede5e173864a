using AudioCodec.Cli.Session;
using AudioCodec.Training.Tokenizing;

namespace AudioCodec.Cli.Reports;

/// <summary>What a worker of <c>tokenize</c> did.</summary>
/// <param name="Output">Folder of the shards.</param>
/// <param name="Files">Files that it turned into codes.</param>
/// <param name="Failures">Files that it could not.</param>
/// <param name="AudioSeconds">Seconds of audio.</param>
/// <param name="TimesRealTime">Seconds of audio in a second, reading included; <see langword="null"/> where nothing was done.</param>
/// <param name="Shards">Shards that it wrote.</param>
/// <param name="ShardsOfOthers">Shards that other workers still make.</param>
/// <param name="Complete">Whether the whole corpus is there, and its index.</param>
internal sealed record TokenizeReport(
    string Output, int Files, IReadOnlyList<FailedFile> Failures, double AudioSeconds, double? TimesRealTime, int Shards, int ShardsOfOthers, bool Complete)
{
    /// <summary>Describes a worker's result.</summary>
    public static TokenizeReport Of(string output, TokenizeResult result) => new(
        output,
        result.Files,
        [.. result.Failures.Select(failure => new FailedFile(failure.Path, failure.Error, ExitCodes.Audio))],
        Math.Round(result.AudioSeconds, 3),
        result.Files > 0 ? ReportJson.Round(result.AudioSeconds / result.ElapsedSeconds, 1) : null,
        result.Shards,
        result.ShardsOfOthers,
        result.ShardsOfOthers == 0);

    /// <summary>Writes it for a reader, to standard error.</summary>
    public void WriteLines(CliSession session)
    {
        foreach (FailedFile failure in Failures)
        {
            session.Message($"error: {failure.Input}: {failure.Error}");
        }

        session.Message($"{Files} done, {Failures.Count} failed, {Shards} shards written");
        session.Message(Complete ? $"{Output} is complete" : $"{ShardsOfOthers} shards are in other workers' hands; run the command again if they end early");
    }
}
