namespace AudioCodec;

/// <summary>An <c>.ecdc</c> stream is damaged, truncated, or in an unknown version.</summary>
/// <param name="message">What was found, what was expected, and what to do.</param>
/// <param name="offset">Byte offset of the fault in the stream, or -1 where it has no position.</param>
/// <param name="field">The field of the format that was being read.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class BitstreamException(string message, long offset, string field, Exception? innerException = null)
    : CodecException(message, innerException)
{
    /// <summary>Byte offset of the fault, or -1.</summary>
    public long Offset { get; } = offset;

    /// <summary>The field of the format that was being read.</summary>
    public string Field { get; } = field;
}
