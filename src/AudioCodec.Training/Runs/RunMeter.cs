using System.Diagnostics;

namespace AudioCodec.Training.Runs;

/// <summary>Averages the numbers of the steps between two lines of the log, and measures speed.</summary>
/// <param name="audioSecondsPerStep">Seconds of audio in a batch.</param>
internal sealed class RunMeter(double audioSecondsPerStep)
{
    private readonly SortedDictionary<string, (double Sum, int Count)> _sums = new(StringComparer.Ordinal);
    private long _start = Stopwatch.GetTimestamp();
    private TimeSpan _waited;
    private int _steps;

    /// <summary>Adds one step.</summary>
    public void Add(StepResult result)
    {
        _steps++;
        foreach ((string name, double value) in result.Values)
        {
            (double sum, int count) = _sums.GetValueOrDefault(name);
            _sums[name] = (sum + value, count + 1);
        }
    }

    /// <summary>The averages since the last call, with steps and audio seconds per second, share of time waited for data, and seconds left.</summary>
    /// <param name="stepsLeft">Steps that the run has still to make.</param>
    /// <param name="waited">Time that all steps so far have waited for data.</param>
    public SortedDictionary<string, double> Flush(long stepsLeft, TimeSpan waited)
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var values = new SortedDictionary<string, double>(_sums.ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Count), StringComparer.Ordinal)
        {
            ["steps_per_second"] = _steps / seconds,
            ["audio_seconds_per_second"] = _steps * audioSecondsPerStep / seconds,
            ["waited_for_data"] = (waited - _waited).TotalSeconds / seconds,
            ["seconds_left"] = stepsLeft * seconds / Math.Max(1, _steps),
        };
        _sums.Clear();
        (_steps, _waited, _start) = (0, waited, Stopwatch.GetTimestamp());
        return values;
    }
}
