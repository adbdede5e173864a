namespace AudioCodec.Training.Tokenizing;

/// <summary>How a corpus is turned into codes.</summary>
public sealed record TokenizeOptions
{
    /// <summary>Folder of audio, or a JSONL manifest.</summary>
    public required string Corpus { get; init; }

    /// <summary>Only the manifest's lines of this split; <see langword="null"/> for all.</summary>
    public string? Split { get; init; }

    /// <summary>Folder of the shards.</summary>
    public required string Output { get; init; }

    /// <summary>One of <see cref="CodecInfo.BandwidthsKbps"/>; <see langword="null"/> for the codec's default.</summary>
    public double? BandwidthKbps { get; init; }

    /// <summary>Candidates of the quantizer's search; <see langword="null"/> for the codec's.</summary>
    public int? SearchWidth { get; init; }

    /// <summary>Files of a shard, at least 1: what a killed worker loses at most.</summary>
    public int FilesPerShard { get; init; } = 64;

    /// <summary>Number of this worker, from 0: it begins with shards of its own, then takes what is left.</summary>
    public int Worker { get; init; }

    /// <summary>Number of workers, at least 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Files read or encoded at once, at least 1.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Told the progress.</summary>
    public Action<string> Report { get; init; } = _ => { };
}

/// <summary>What a worker did.</summary>
/// <param name="Files">Files that it turned into codes.</param>
/// <param name="Failures">Paths of those that it could not, and of folders that cannot be read, each with the reason.</param>
/// <param name="AudioSeconds">Seconds of audio.</param>
/// <param name="ElapsedSeconds">Seconds that it took.</param>
/// <param name="Shards">Shards that it wrote.</param>
/// <param name="ShardsOfOthers">Shards that other workers still make.</param>
public sealed record TokenizeResult(
    int Files, IReadOnlyList<(string Path, string Error)> Failures, double AudioSeconds, double ElapsedSeconds, int Shards, int ShardsOfOthers);
