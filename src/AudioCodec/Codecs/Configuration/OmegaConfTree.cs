using System.Globalization;
using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Converts a pickled OmegaConf object into the tree that its YAML would give.</summary>
/// <remarks>Containers keep their nodes under <c>_content</c>, scalar nodes their value under <c>_val</c>.</remarks>
internal sealed class OmegaConfTree
{
    private const int MaxNodes = 100_000;
    private const int MaxDepth = 32;

    private readonly string _source;
    private int _nodes;

    private OmegaConfTree(string source) => _source = source;

    /// <summary>Converts an object; circular references are followed up to the limits.</summary>
    /// <exception cref="ConfigException">The object is too large or too deep for a configuration.</exception>
    public static object? Convert(object? value, string source) => new OmegaConfTree(source).Visit(value, 0);

    private object? Visit(object? value, int depth)
    {
        if (++_nodes > MaxNodes || depth > MaxDepth)
        {
            throw new ConfigException($"{_source}: the pickled configuration has more than {MaxNodes} values or is nested deeper than {MaxDepth}.", "xp.cfg");
        }

        return value switch
        {
            PickleObject { State: PickleDict state } => Visit(state.Get("_content") ?? state.Get("_val"), depth + 1),
            PickleDict dictionary => VisitDictionary(dictionary, depth),
            List<object?> list => list.Select(item => Visit(item, depth + 1)).ToList(),
            PickleTuple tuple => tuple.Items.Select(item => Visit(item, depth + 1)).ToList(),
            bool flag => flag ? "true" : "false",
            string text => text,
            long or double => System.Convert.ToString(value, CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    private Dictionary<string, object?> VisitDictionary(PickleDict dictionary, int depth)
    {
        var mapping = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach ((string key, object? item) in dictionary.Entries)
        {
            mapping[key] = Visit(item, depth + 1);
        }

        return mapping;
    }
}
