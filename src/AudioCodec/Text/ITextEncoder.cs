namespace AudioCodec.Text;

/// <summary>A tokenizer and the network that turns its tokens into vectors, on an engine.</summary>
public interface ITextEncoder : IDisposable
{
    /// <summary>Elements of a vector.</summary>
    int Width { get; }

    /// <summary>Encodes a text by itself. Safe to call from several threads, one after the other.</summary>
    /// <param name="text">Any text; an empty one has the states of its end token.</param>
    /// <exception cref="TextTooLongException">The text is longer than the encoder takes.</exception>
    TextStates Encode(string text);
}
