using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Session;
using AudioCodec.Evaluation;
using AudioCodec.Evaluation.Reports;

namespace AudioCodec.Cli.Commands;

/// <summary>Files to measure codecs on.</summary>
/// <param name="Clips">The files.</param>
/// <param name="Unreadable">Folders that cannot be read.</param>
internal sealed record EvaluationFiles(IReadOnlyList<AudioClip> Clips, IReadOnlyList<string> Unreadable);

/// <summary>What the commands have in common that measure codecs.</summary>
internal static class EvaluationRun
{
    /// <summary>As <see cref="EvaluationSet.Load"/>, of a path that is there.</summary>
    /// <exception cref="FileNotFoundException">It is not.</exception>
    public static EvaluationFiles Load(string path, string? split = null, IReadOnlyCollection<string>? kinds = null, int? limitPerKind = null)
    {
        DataPath.Require(path);
        var unreadable = new List<string>();
        return new EvaluationFiles(EvaluationSet.Load(path, split, kinds, limitPerKind, unreadable.Add), unreadable);
    }

    /// <summary>Measures, with a progress line; what cannot be read is warned of and left out.</summary>
    public static async Task<EvaluationResult> RunAsync(CliSession session, Evaluator evaluator, EvaluationFiles files, CancellationToken cancellationToken)
    {
        EvaluationResult result = await ProgressDisplay.RunOneAsync(
            session,
            Messages.Count(files.Clips.Count, "file"),
            line => Task.Run(() => evaluator.Run(files.Clips, new ClipProgress(line), cancellationToken), cancellationToken)).ConfigureAwait(false);
        string[] folders = [.. files.Unreadable.Select(folder => $"folder {folder} was left out: it cannot be read")];
        Array.ForEach([.. result.Notes, .. folders], session.Warning);
        return result with { Notes = [.. result.Notes, .. folders], LeftOut = [.. result.LeftOut, .. files.Unreadable] };
    }

    /// <summary>The exit code of a command that measured codecs.</summary>
    public static int ExitCodeOf(EvaluationResult result) => result.LeftOut.Count == 0 ? ExitCodes.Success : ExitCodes.PartialFailure;

    /// <summary>Writes the page with figures, spectrograms and players.</summary>
    /// <param name="session">Told that the page is there.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="force">Whether an existing one is replaced.</param>
    /// <param name="result">What was measured.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="summary">One sentence below the heading.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WritePage(CliSession session, string path, bool force, EvaluationResult result, string title, string summary)
    {
        using OutputTarget output = OutputTarget.Open(session, path, force);
        using (var writer = new StreamWriter(output.Stream, leaveOpen: true))
        {
            writer.Write(HtmlReport.Write(result, title, summary));
        }

        output.Commit();
        session.Message($"{path} written");
    }

    private sealed class ClipProgress(IProgressLine line) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            line.Rename(value.Clip.Title);
            line.Report((double)value.Done / value.Total);
        }
    }
}
