namespace AudioCodec.Text;

/// <summary>The texts of pieces as a tree of bytes, so that all pieces that begin at a place of a text are found in one walk.</summary>
internal sealed class PieceTrie
{
    private readonly byte[] _labels;
    private readonly int[] _firstChild;
    private readonly int[] _pieces;

    /// <summary>Builds the tree.</summary>
    /// <param name="pieces">Texts in UTF-8, no two alike, and their ids.</param>
    /// <exception cref="ArgumentException">Two texts are alike.</exception>
    public PieceTrie(IEnumerable<(byte[] Text, int Id)> pieces)
    {
        (byte[] Text, int Id)[] sorted = [.. pieces];
        Array.Sort(sorted, (left, right) => left.Text.AsSpan().SequenceCompareTo(right.Text));

        // Breadth first: a node is a range of sorted texts with a common beginning, and the children of a node follow one another.
        List<(int From, int To, int Depth)> nodes = [(0, sorted.Length, 0)];
        List<byte> labels = [0];
        List<int> firstChild = [];
        List<int> ids = [];
        for (int node = 0; node < nodes.Count; node++)
        {
            (int from, int to, int depth) = nodes[node];
            ids.Add(from < to && sorted[from].Text.Length == depth ? sorted[from++].Id : -1);
            firstChild.Add(nodes.Count);
            while (from < to)
            {
                if (sorted[from].Text.Length == depth)
                {
                    throw new ArgumentException($"the pieces {ids[^1]} and {sorted[from].Id} have the same text", nameof(pieces));
                }

                int start = from;
                byte label = sorted[from].Text[depth];
                while (from < to && sorted[from].Text.Length > depth && sorted[from].Text[depth] == label)
                {
                    from++;
                }

                labels.Add(label);
                nodes.Add((start, from, depth + 1));
            }
        }

        firstChild.Add(nodes.Count);
        (_labels, _firstChild, _pieces) = ([.. labels], [.. firstChild], [.. ids]);
    }

    /// <summary>Goes on by a byte from a node, 0 being the root.</summary>
    /// <returns>The next node, or -1.</returns>
    public int Next(int node, byte label)
    {
        int first = _firstChild[node];
        int child = _labels.AsSpan(first, _firstChild[node + 1] - first).IndexOf(label);
        return child < 0 ? -1 : first + child;
    }

    /// <summary>Id of the piece that ends at a node, or -1.</summary>
    public int Piece(int node) => _pieces[node];

    /// <summary>Length in bytes of the longest piece that a text begins with; 0 for none.</summary>
    public int LongestPrefix(ReadOnlySpan<byte> text)
    {
        int longest = 0;
        int node = 0;
        for (int at = 0; at < text.Length && (node = Next(node, text[at])) >= 0; at++)
        {
            longest = Piece(node) >= 0 ? at + 1 : longest;
        }

        return longest;
    }
}
