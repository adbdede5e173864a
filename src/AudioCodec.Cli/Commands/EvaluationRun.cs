using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Session;
using AudioCodec.Evaluation;
using AudioCodec.Evaluation.Reports;

namespace AudioCodec.Cli.Commands;

/// <summary>What the commands have in common that measure codecs.</summary>
internal static class EvaluationRun
{
    /// <summary>As <see cref="EvaluationSet.Load"/>, of a path that is there.</summary>
    /// <exception cref="FileNotFoundException">It is not.</exception>
    public static IReadOnlyList<AudioClip> Load(string path, string? split = null, IReadOnlyCollection<string>? kinds = null, int? limitPerKind = null) => Path.Exists(path)
        ? EvaluationSet.Load(path, split, kinds, limitPerKind)
        : throw new FileNotFoundException($"'{path}' does not exist.", path);

    /// <summary>Measures, with a progress line.</summary>
    public static Task<EvaluationResult> RunAsync(
        CliSession session, Evaluator evaluator, IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken) => ProgressDisplay.RunOneAsync(
        session,
        $"{clips.Count} {(clips.Count == 1 ? "file" : "files")}",
        line => Task.Run(() => evaluator.Run(clips, new ClipProgress(line), cancellationToken), cancellationToken));

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
