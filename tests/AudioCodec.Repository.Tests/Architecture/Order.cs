namespace AudioCodec.Repository.Tests.Architecture;

/// <summary>What may use what, written as the design writes it: <c>A -> B, C -> D</c> says that A may use B, C and D, and B and C may use D.</summary>
internal sealed class Order
{
    private readonly Dictionary<string, HashSet<string>> _below = new(StringComparer.Ordinal);

    /// <summary>Reads chains of arrows; they are put together.</summary>
    public Order(params string[] chains)
    {
        foreach (string[][] chain in chains.Select(text => text.Split(" -> ").Select(step => step.Split(", ")).ToArray()))
        {
            for (int step = 0; step < chain.Length; step++)
            {
                foreach (string name in chain[step])
                {
                    HashSet<string> below = _below.TryGetValue(name, out HashSet<string>? known) ? known : _below[name] = new(StringComparer.Ordinal);
                    below.UnionWith(step + 1 < chain.Length ? chain[step + 1] : []);
                }
            }
        }
    }

    /// <summary>Whether a name is in the order at all.</summary>
    public bool Knows(string name) => _below.ContainsKey(name);

    /// <summary>Whether one may use the other, directly or by way of others.</summary>
    public bool Allows(string from, string to) => _below.TryGetValue(from, out HashSet<string>? below) && (below.Contains(to) || below.Any(next => Allows(next, to)));
}
