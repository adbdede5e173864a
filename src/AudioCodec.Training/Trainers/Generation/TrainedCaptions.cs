using AudioCodec.Torch.Generation;
using AudioCodec.Torch.Text;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>Captions through a text encoder that is trained with the transformer.</summary>
/// <param name="tokenize">A text's tokens, its end token included.</param>
/// <param name="mostTokens">Longer texts are cut to this many tokens.</param>
/// <param name="network">The text encoder; not disposed.</param>
internal sealed class TrainedCaptions(Func<string, IReadOnlyList<int>> tokenize, int mostTokens, T5EncoderNetwork network) : ICaptionEncoder
{
    private readonly Dictionary<string, int[]> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public TextCondition? Encode(IReadOnlyList<string?> captions, double dropout)
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

        Tensor valid = tensor(mask, [rows.Length, longest], device: network.Device);
        return new TextCondition(network.call(tensor(ids, [rows.Length, longest], device: network.Device), valid, dropout), valid);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The network is the run's.
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
