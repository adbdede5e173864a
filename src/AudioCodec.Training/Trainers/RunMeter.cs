using System.Diagnostics;

namespace AudioCodec.Training.Trainers;

/// <summary>Averages the numbers of steps between two lines of the log, and measures speed.</summary>
internal sealed class RunMeter(long stepsInAll, ITrainingTask task)
{
    private readonly SortedDictionary<string, (double Sum, int Count)> _sums = new(StringComparer.Ordinal);
    private long _start = Stopwatch.GetTimestamp();
    private TimeSpan _waited = task.WaitedForData;
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

    /// <summary>The averages since the last call, with speed (steps and audio seconds per second), share of time waited for data, and time left.</summary>
    public SortedDictionary<string, double> Flush()
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var values = new SortedDictionary<string, double>(_sums.ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Count), StringComparer.Ordinal)
        {
            ["steps_per_second"] = _steps / seconds,
            ["audio_seconds_per_second"] = _steps * task.AudioSecondsPerStep / seconds,
            ["waited_for_data"] = (task.WaitedForData - _waited).TotalSeconds / seconds,
            ["seconds_left"] = (stepsInAll - task.StepsDone) * seconds / Math.Max(1, _steps),
        };
        _sums.Clear();
        (_steps, _waited, _start) = (0, task.WaitedForData, Stopwatch.GetTimestamp());
        return values;
    }
}
