namespace AudioCodec;

/// <summary>Audio is damaged, or in a format that cannot be read.</summary>
/// <param name="message">What was found, what was expected, and what to do.</param>
/// <param name="path">The file's path, or <c>-</c> for a pipe.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class AudioFormatException(string message, string path, Exception? innerException = null)
    : CodecException(message, innerException)
{
    /// <summary>The file's path, or <c>-</c> for a pipe.</summary>
    public string Path { get; } = path;
}
