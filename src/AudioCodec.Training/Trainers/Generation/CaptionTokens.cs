using AudioCodec.Torch.Generation;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>Captions as the text encoder's tokens.</summary>
/// <param name="tokenize">A text's tokens, its end token included.</param>
/// <param name="mostTokens">Longer texts are cut to this many tokens.</param>
internal sealed class CaptionTokens(Func<string, IReadOnlyList<int>> tokenize, int mostTokens)
{
    private readonly Dictionary<string, int[]> _known = new(StringComparer.Ordinal);

    /// <summary>The captions of a batch; <see langword="null"/> where no row has one.</summary>
    /// <param name="captions">Captions; <see langword="null"/> for rows without.</param>
    /// <param name="device">Where the tensors are made.</param>
    public TextTokens? Batch(IReadOnlyList<string?> captions, Device device)
    {
        int[][] rows = [.. captions.Select(caption => caption is null ? [] : Of(caption))];
        int longest = rows.Max(row => row.Length);
        if (longest == 0)
        {
            return null;
        }

        var ids = new long[rows.Length * longest];
        var mask = new bool[ids.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int i = 0; i < rows[row].Length; i++)
            {
                ids[(row * longest) + i] = rows[row][i];
                mask[(row * longest) + i] = true;
            }
        }

        return new TextTokens(tensor(ids, [rows.Length, longest], device: device), tensor(mask, [rows.Length, longest], device: device));
    }

    private int[] Of(string caption)
    {
        if (!_known.TryGetValue(caption, out int[]? tokens))
        {
            tokens = [.. tokenize(caption)];
            if (tokens.Length > mostTokens)
            {
                // The end token stays.
                tokens = [.. tokens[..(mostTokens - 1)], tokens[^1]];
            }

            _known[caption] = tokens;
        }

        return tokens;
    }
}
