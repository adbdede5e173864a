namespace AudioCodec;

/// <summary>A text has more characters or tokens than a text encoder takes.</summary>
/// <param name="message">How long it is, and how long it may be.</param>
/// <param name="text">The text.</param>
public sealed class TextTooLongException(string message, string text) : ArgumentException(message)
{
    /// <summary>The text.</summary>
    public string Text { get; } = text;
}
