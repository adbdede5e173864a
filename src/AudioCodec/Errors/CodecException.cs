namespace AudioCodec;

/// <summary>Base of all errors in data: files, checkpoints, configurations, audio.</summary>
/// <remarks>
/// A message says what was found, what was expected, where, and what to do. Wrong arguments throw
/// <see cref="ArgumentException"/> instead.
/// </remarks>
public abstract class CodecException : Exception
{
    private protected CodecException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
