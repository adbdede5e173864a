using System.Diagnostics;
using System.Globalization;
using AudioCodec.Audio;

namespace AudioCodec.Training.Data;

/// <summary>Tells every few seconds how far the encoding of recordings is, how fast it goes and how long it still takes. Safe for many threads.</summary>
/// <param name="clips">What is encoded, each as often as it stands here.</param>
/// <param name="noun">What one of them is called, in the plural.</param>
/// <param name="report">Told the progress.</param>
internal sealed class EncodingProgress(IReadOnlyCollection<AudioClip> clips, string noun, Action<string> report)
{
    private const double ReportEverySeconds = 10;

    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _totalSeconds = clips.All(clip => clip.DurationSeconds > 0) ? clips.Sum(clip => clip.DurationSeconds) : 0;
    private double _next = ReportEverySeconds;
    private double _audioSeconds;
    private int _done;

    private double ElapsedSeconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Counts one.</summary>
    /// <param name="audioSeconds">Seconds of audio that were encoded.</param>
    public void Add(double audioSeconds)
    {
        lock (_gate)
        {
            _done++;
            _audioSeconds += audioSeconds;
            double elapsed = ElapsedSeconds;
            if (elapsed >= _next)
            {
                _next = elapsed + ReportEverySeconds;
                double share = _totalSeconds > 0 ? Math.Min(1, _audioSeconds / _totalSeconds) : Math.Min(1, (double)_done / clips.Count);
                var left = TimeSpan.FromSeconds(Math.Ceiling(elapsed * (1 - share) / share));
                report(string.Create(
                    CultureInfo.InvariantCulture,
                    $"encoding: {_done} of {Math.Max(_done, clips.Count)} {noun}, {_audioSeconds / elapsed:F0} x real time, {left:h\\:mm\\:ss} left"));
            }
        }
    }

    /// <summary>Reports the end.</summary>
    /// <param name="codes">Codes made.</param>
    public void Finish(long codes)
    {
        double elapsed = Math.Max(ElapsedSeconds, 1e-3);
        report(string.Create(
            CultureInfo.InvariantCulture,
            $"encoded {_done} of {Math.Max(_done, clips.Count)} {noun}, {_audioSeconds / 60:F1} min of audio, in {elapsed:F1} s ({_audioSeconds / elapsed:F0} x real time): {codes:N0} codes"));
    }
}
