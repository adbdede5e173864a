namespace AudioCodec.Models;

/// <summary>Progress of a download.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="ReceivedBytes">Bytes on disk, those of earlier attempts included.</param>
/// <param name="TotalBytes">Bytes of the whole file, or <see langword="null"/> where the server does not state it.</param>
public readonly record struct PullProgress(string File, long ReceivedBytes, long? TotalBytes);
