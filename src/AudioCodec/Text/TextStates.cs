namespace AudioCodec.Text;

/// <summary>What a text encoder makes of a text: one vector per token of the text, its end token included.</summary>
public sealed class TextStates
{
    /// <summary>Takes the states of a text.</summary>
    /// <param name="values">[tokens, <paramref name="width"/>]; kept, not copied.</param>
    /// <param name="width">Elements of a vector.</param>
    /// <exception cref="ArgumentException">The length is no positive multiple of the width.</exception>
    public TextStates(ReadOnlyMemory<float> values, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.IsEmpty || values.Length % width != 0)
        {
            throw new ArgumentException($"{values.Length} values are not vectors of {width}.", nameof(values));
        }

        Values = values;
        Width = width;
    }

    /// <summary>[<see cref="Tokens"/>, <see cref="Width"/>].</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>Elements of a vector.</summary>
    public int Width { get; }

    /// <summary>Number of vectors.</summary>
    public int Tokens => Values.Length / Width;
}
