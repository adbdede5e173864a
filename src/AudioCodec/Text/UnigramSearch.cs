namespace AudioCodec.Text;

/// <summary>Finds the most probable row of pieces that a text is made of.</summary>
/// <remarks>
/// Source: arXiv 1804.10959, section 3.1 (Viterbi), and <c>Model::EncodeOptimized</c> of the sentencepiece library, 0.1.97, whose roundings are kept: sums are made
/// in double precision, compared with the best so far, and kept as floats. Ties: the piece that begins first. Cost: bytes of the text times those of the longest piece.
/// </remarks>
internal sealed class UnigramSearch
{
    /// <summary>How much less probable an unknown character is than the least probable piece.</summary>
    private const float UnknownPenalty = 10;

    private readonly PieceTrie _trie;
    private readonly double[] _scores;
    private readonly float _unknownScore;
    private readonly int _unknown;

    /// <summary>Takes a model's pieces.</summary>
    /// <exception cref="ArgumentException">Two pieces have the same text.</exception>
    public UnigramSearch(SentencePieceModel model)
    {
        // The library starts the largest score at the smallest normal float.
        float[] normal = [.. model.Pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score)];
        float largest = normal.Append(1.17549435e-38f).Max();
        _unknownScore = normal.Append(float.MaxValue).Min() - UnknownPenalty;
        _unknown = model.Unknown;
        _scores = [.. model.Pieces.Select(piece => piece.Kind == PieceKind.UserDefined ? (piece.Text.Length * largest) - 0.1 : piece.Score)];
        _trie = new PieceTrie(model.Pieces.Index().Where(piece => piece.Item.Kind is PieceKind.Normal or PieceKind.UserDefined).Select(piece => (piece.Item.Text, piece.Index)));
    }

    /// <summary>Adds a text's pieces; a run of unknown characters is one.</summary>
    /// <param name="text">Normalized, UTF-8.</param>
    /// <param name="pieces">Receives the ids, and the bytes of the text that each covers.</param>
    public void Encode(ReadOnlySpan<byte> text, List<(int Id, int Bytes)> pieces)
    {
        // By the place where it ends: the last piece of the best row. No length: nothing ends there yet.
        var best = new (int Id, int Length, float Score)[text.Length + 1];
        for (int start = 0; start < text.Length;)
        {
            float before = best[start].Score;
            int character = Math.Min(CharacterLength(text[start]), text.Length - start);
            bool known = false;
            int node = 0;
            for (int end = start; end < text.Length && (node = _trie.Next(node, text[end])) >= 0;)
            {
                end++;
                int id = _trie.Piece(node);
                if (id >= 0)
                {
                    Offer(ref best[end], id, end - start, _scores[id] + before);
                    known |= end - start == character;
                }
            }

            if (!known)
            {
                Offer(ref best[start + character], _unknown, character, _unknownScore + before);
            }

            start += character;
        }

        int first = pieces.Count;
        for (int end = text.Length; end > 0; end -= best[end].Length)
        {
            (int id, int length, _) = best[end];
            if (id == _unknown && pieces.Count > first && pieces[^1].Id == _unknown)
            {
                pieces[^1] = (id, pieces[^1].Bytes + length);
            }
            else
            {
                pieces.Add((id, length));
            }
        }

        pieces.Reverse(first, pieces.Count - first);
    }

    private static void Offer(ref (int Id, int Length, float Score) best, int id, int length, double score)
    {
        if (best.Length == 0 || score > best.Score)
        {
            best = (id, length, (float)score);
        }
    }

    /// <summary>Bytes of a UTF-8 character, by its first.</summary>
    private static int CharacterLength(byte first) => first switch { < 0xC0 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
}
