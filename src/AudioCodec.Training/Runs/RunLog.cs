using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Training.Logging;

namespace AudioCodec.Training.Runs;

/// <summary>Everything that a run reports: lines for the user, <c>log.jsonl</c>, TensorBoard events.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly JsonlLog _lines;
    private readonly TensorBoardWriter _events;
    private readonly Action<string> _report;
    private readonly IReadOnlySet<string> _shown;
    private int _brokenReported;

    /// <summary>Opens, or goes on with, the logs in a run's folder.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="report">Told the lines for the user.</param>
    /// <param name="shown">Names of the values that stand in these lines; the files hold all.</param>
    public RunLog(string folder, Action<string> report, IReadOnlySet<string> shown)
    {
        (_report, _shown) = (report, shown);
        _lines = new JsonlLog(Path.Combine(folder, "log.jsonl"));
        _events = TensorBoardWriter.Create(folder);
    }

    /// <summary>A line for the user.</summary>
    public void Message(string text) => _report(text);

    /// <summary>Averages since the last line.</summary>
    public void Progress(long step, long steps, SortedDictionary<string, double> values, (int Count, string? FirstError) broken)
    {
        values["broken_files"] = broken.Count;
        _lines.Write("train", step, values);
        foreach ((string name, double value) in values)
        {
            _events.Scalar("train/" + name, step, value);
        }

        TimeSpan remaining = TimeSpan.FromSeconds(Math.Min(values["seconds_left"], 1e7));
        string losses = string.Join("  ", values.Where(v => _shown.Contains(v.Key))
            .Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key} {v.Value:G4}")));
        _report(string.Create(CultureInfo.InvariantCulture, $"step {step}/{steps}  {losses}  {values["steps_per_second"]:F2} steps/s  data {values["waited_for_data"]:P1}  left {remaining:d\\.hh\\:mm\\:ss}"));
        if (broken.Count > _brokenReported)
        {
            _brokenReported = broken.Count;
            _report($"{Messages.Count(_brokenReported, "file")} cannot be read and {(_brokenReported == 1 ? "is" : "are")} skipped; the first: {broken.FirstError}");
        }
    }

    /// <summary>Results of a validation.</summary>
    public void Validation(long step, SortedDictionary<string, double> values)
    {
        _lines.Write("valid", step, values);
        foreach ((string name, double value) in values)
        {
            _events.Scalar("valid/" + name, step, value);
        }

        _report($"step {step} validation  " + string.Join("  ", values.Where(v => v.Key.StartsWith("valid_", StringComparison.Ordinal))
            .Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key["valid_".Length..]} {v.Value:F3}"))));
    }

    /// <summary>An audio sample.</summary>
    public void Audio(string name, long step, AudioBuffer audio) => _events.Audio("valid/" + name, step, audio);

    public void Dispose()
    {
        _lines.Dispose();
        _events.Dispose();
    }
}
