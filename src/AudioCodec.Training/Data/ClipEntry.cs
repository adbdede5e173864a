namespace AudioCodec.Training.Data;

/// <summary>One file of a data set.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Kind">Kind of sound, empty where the manifest does not say.</param>
/// <param name="DurationSeconds">Length as the manifest states it, or 0 where it is not known before the file is read.</param>
/// <param name="BandwidthHz">Highest frequency in the recording as the manifest states it, or 0 where it is not known.</param>
public sealed record ClipEntry(string Path, string Kind, double DurationSeconds, double BandwidthHz = 0);
