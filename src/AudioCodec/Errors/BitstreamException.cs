namespace AudioCodec;

/// <summary>An <c>.ecdc</c> stream is damaged, truncated, or of a kind this reader does not know.</summary>
/// <param name="message">What was found, what was expected, and what to do.</param>
/// <param name="offset">Byte offset in the stream where the fault was seen, or -1 where there is no such place.</param>
/// <param name="field">The field of the format that was being read.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class BitstreamException(string message, long offset, string field, Exception? innerException = null)
    : CodecException(message, innerException)
{
    /// <summary>Byte offset where the fault was seen, or -1.</summary>
    public long Offset { get; } = offset;

    /// <summary>The field of the format that was being read.</summary>
    public string Field { get; } = field;
}
