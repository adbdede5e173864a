using System.Collections.Concurrent;

namespace AudioCodec.Studio.Clips;

/// <summary>A recording, and what codecs made of it.</summary>
/// <param name="Id">What its addresses contain.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Folder">Where its files lie.</param>
/// <param name="Seconds">Length.</param>
/// <param name="SampleRateHz">Rate of the original.</param>
/// <param name="Channels">Channels of the original.</param>
/// <param name="Bytes">Size of what was uploaded.</param>
internal sealed record Clip(string Id, string Name, string Folder, double Seconds, int SampleRateHz, int Channels, long Bytes)
{
    /// <summary>The original as WAV.</summary>
    public string Wav => Path.Combine(Folder, "original.wav");

    /// <summary>Versions by key, such as <c>audiocodec_24khz@6</c>; each is made once.</summary>
    public ConcurrentDictionary<string, ClipVersion> Versions { get; } = new(StringComparer.Ordinal);

    /// <summary>When it was last asked for.</summary>
    public long LastUse { get; set; }

    /// <summary>Path of a version's file.</summary>
    public string PathOf(ClipVersion version, string extension) => Path.Combine(Folder, version.FileName + extension);
}
