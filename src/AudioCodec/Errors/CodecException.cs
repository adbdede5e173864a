namespace AudioCodec;

/// <summary>Base of every error that comes from data rather than from the caller: files, checkpoints, configurations, audio.</summary>
/// <remarks>
/// A message says what was found, what was expected, where, and what to do. Mistakes of the caller stay
/// <see cref="ArgumentException"/> and its relatives.
/// </remarks>
public abstract class CodecException : Exception
{
    private protected CodecException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
