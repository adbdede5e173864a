namespace AudioCodec.Audio;

/// <summary>One file of a data set.</summary>
/// <param name="Path">Full path, or the path as it was given.</param>
/// <param name="Kind">Kind of sound (<c>speech</c>, <c>music</c>, <c>env</c>, ...); empty where it is not known.</param>
/// <param name="DurationSeconds">Length as the manifest states it; 0 where it does not.</param>
/// <param name="BandwidthHz">Highest frequency in the recording as the manifest states it; 0 where it does not.</param>
public sealed record AudioClip(string Path, string Kind = "", double DurationSeconds = 0, double BandwidthHz = 0)
{
    /// <summary>Part of the data set that the file belongs to (<c>train</c>, <c>valid</c>), where the manifest states one.</summary>
    public string? Split { get; init; }

    /// <summary>Sentences that describe the sound, any of which may stand for it; the first is the usual one.</summary>
    public IReadOnlyList<string> Captions { get; init; } = [];

    /// <summary>Names of what is heard, the most important first.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Name in reports: the manifest's, or else that of the file.</summary>
    public string Title { get; init; } = System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>At most <paramref name="count"/> clips, spread evenly over a list.</summary>
    public static IEnumerable<AudioClip> Spread(IReadOnlyList<AudioClip> clips, int count)
    {
        ArgumentNullException.ThrowIfNull(clips);
        int taken = Math.Min(count, clips.Count);
        return Enumerable.Range(0, taken).Select(i => clips[(int)((long)i * clips.Count / taken)]);
    }
}
