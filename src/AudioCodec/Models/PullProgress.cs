namespace AudioCodec.Models;

/// <summary>How far a download is.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="ReceivedBytes">Bytes that are on the disk.</param>
/// <param name="TotalBytes">Bytes of the whole file, or <see langword="null"/> while the server has not said so.</param>
public readonly record struct PullProgress(string File, long ReceivedBytes, long? TotalBytes);
