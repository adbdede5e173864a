using AudioCodec.Text;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>The texts of a batch, padded to the longest.</summary>
/// <param name="States">[B, T, W].</param>
/// <param name="Mask">[B, T], boolean: the tokens of each text; a row without any has no text.</param>
internal sealed record TextCondition(Tensor States, Tensor Mask)
{
    /// <summary>Pads texts.</summary>
    /// <param name="texts">The text of each row; <see langword="null"/> for none.</param>
    /// <param name="width">Elements of a vector, W.</param>
    /// <param name="device">Where the tensors are made.</param>
    /// <returns><see langword="null"/> where no row has a text.</returns>
    public static TextCondition? Pad(IReadOnlyList<TextStates?> texts, int width, Device device)
    {
        int longest = texts.Max(text => text?.Tokens ?? 0);
        if (longest == 0)
        {
            return null;
        }

        var states = new float[texts.Count * longest * width];
        var mask = new bool[texts.Count * longest];
        for (int row = 0; row < texts.Count; row++)
        {
            if (texts[row] is { } text)
            {
                text.Values.Span.CopyTo(states.AsSpan(row * longest * width));
                mask.AsSpan(row * longest, text.Tokens).Fill(true);
            }
        }

        return new TextCondition(tensor(states, [texts.Count, longest, width], dtype: null, device: device), tensor(mask, [texts.Count, longest], device: device));
    }
}
