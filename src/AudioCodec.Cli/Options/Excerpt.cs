using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>A part of a recording, as a user names it.</summary>
/// <param name="StartSeconds">Where it begins.</param>
/// <param name="DurationSeconds">How long it is, or <see langword="null"/> for all that follows.</param>
internal sealed record Excerpt(double StartSeconds, double? DurationSeconds)
{
    /// <summary>Beyond any recording, and far from where samples could not be counted any more.</summary>
    public const double MostSeconds = 1e9;

    /// <summary>The recording from its first sample to its last.</summary>
    public static Excerpt Whole { get; } = new(0, null);

    /// <summary>Whether nothing is left out.</summary>
    public bool IsWhole => StartSeconds == 0 && DurationSeconds is null;

    /// <summary>The part's samples in a recording.</summary>
    /// <exception cref="UsageException">The recording ends before the part begins.</exception>
    public SampleRange In(long lengthSamples, int sampleRateHz)
    {
        if (IsWhole)
        {
            return new SampleRange(0, lengthSamples);
        }

        long start = (long)Math.Round(StartSeconds * sampleRateHz);
        long length = DurationSeconds is double seconds ? (long)Math.Round(seconds * sampleRateHz) : long.MaxValue;
        return start < lengthSamples && length > 0
            ? new SampleRange(start, Math.Min(length, lengthSamples - start))
            : throw new UsageException(
                $"The recording is {(double)lengthSamples / sampleRateHz:0.###} s long; nothing of it lies where --start and --duration say.");
    }
}
