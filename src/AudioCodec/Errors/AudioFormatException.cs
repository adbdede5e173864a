namespace AudioCodec;

/// <summary>An audio file is damaged or of a kind that cannot be read here.</summary>
/// <param name="message">What was found, what was expected, and what to do.</param>
/// <param name="path">The file's path, or <c>-</c> for a pipe.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class AudioFormatException(string message, string path, Exception? innerException = null)
    : CodecException(message, innerException)
{
    /// <summary>The file's path, or <c>-</c> for a pipe.</summary>
    public string Path { get; } = path;
}
