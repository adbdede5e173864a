namespace AudioCodec.Studio.Limits;

/// <summary>What a server gives away at most; a request that asks for more is refused with the status that each limit names.</summary>
public sealed record StudioLimits
{
    /// <summary>Bytes of an upload; 413 above.</summary>
    public long UploadBytes { get; init; } = 200_000_000;

    /// <summary>Length of a recording, and of what is generated; 413 above.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Jobs that compute at the same time.</summary>
    public int ConcurrentJobs { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Jobs that wait for their turn; 429 beyond.</summary>
    public int QueueLength { get; init; } = 16;

    /// <summary>How long a job waits for its turn; 503 after that.</summary>
    public TimeSpan QueueTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a job computes; 503 after that.</summary>
    public TimeSpan JobTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Address space of a decoder outside this process (ffmpeg), bytes.</summary>
    public long DecoderBytes { get; init; } = 2L << 30;

    /// <summary>Recordings that are kept; the one that was not used for longest makes place for the next.</summary>
    public int Clips { get; init; } = 32;

    /// <summary>Live streams at the same time, which do not wait for jobs nor jobs for them; 429 beyond.</summary>
    public int LiveStreams { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Bytes of a message of a live stream; closed with 1009 above.</summary>
    public int LiveMessageBytes { get; init; } = 1 << 16;

    /// <summary>How long a live stream may say nothing; closed with 1008 after that.</summary>
    public TimeSpan LiveIdle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a live stream lasts; closed with 1008 after that.</summary>
    public TimeSpan LiveTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The answer to a recording above <see cref="Duration"/>.</summary>
    internal Refusal TooLong() => new(413, $"The recording is longer than {Duration.TotalSeconds:0} seconds, the most that this server takes.");
}
