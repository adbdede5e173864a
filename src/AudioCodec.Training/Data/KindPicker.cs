using AudioCodec.Numerics;

namespace AudioCodec.Training.Data;

/// <summary>Chooses entries at random: a kind by its weight, then an entry of that kind by its share. Safe for many threads.</summary>
internal sealed class KindPicker
{
    private readonly double[] _weights;
    private readonly (int[] Entries, double[] Cumulative)[] _kinds;

    /// <summary>Prepares choosing.</summary>
    /// <param name="entryKinds">Kind of every entry.</param>
    /// <param name="weights">Relative frequency of each kind; where empty, all entries are taken by their shares alone.</param>
    /// <param name="shares">Shares of the entries of one kind, given their indices.</param>
    /// <param name="noun">What entries are called in an error, in the plural.</param>
    /// <param name="setting">Key of the weights in the recipe.</param>
    /// <exception cref="ConfigException">The kinds with a weight above 0 have no entry.</exception>
    public KindPicker(
        IReadOnlyList<string> entryKinds, Dictionary<string, double> weights, Func<int[], IEnumerable<double>> shares, string noun, string setting = "data.kind_weights")
    {
        (double Weight, int[] Entries)[] kinds = [.. Enumerable.Range(0, entryKinds.Count)
            .GroupBy(i => weights.Count > 0 ? entryKinds[i] : "")
            .Select(g => (Weight: weights.Count > 0 ? weights.GetValueOrDefault(g.Key) : 1, Entries: g.ToArray()))
            .Where(k => k.Weight > 0)];
        if (kinds.Length == 0)
        {
            throw new ConfigException(
                $"{setting}: none of the {entryKinds.Count} {noun} is of a kind with a weight above 0 ({string.Join(", ", weights.Keys)}).",
                setting);
        }

        _weights = [.. kinds.Select(k => k.Weight)];
        _kinds = [.. kinds.Select(k => (k.Entries, Accumulate(shares(k.Entries))))];
    }

    /// <summary>Index of an entry.</summary>
    public int Pick(SplitMix random)
    {
        (int[] entries, double[] cumulative) = _kinds[random.NextIndex(_weights)];
        int index = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return entries[Math.Min(index < 0 ? ~index : index, entries.Length - 1)];
    }

    private static double[] Accumulate(IEnumerable<double> shares)
    {
        double sum = 0;
        return [.. shares.Select(s => sum += s)];
    }
}
