using System.Text;
using AudioCodec.Checkpoints;
using FsCheck;
using FsCheck.Fluent;

namespace AudioCodec.Tests.Checkpoints;

public sealed class YamlSubsetTests
{
    private static readonly Gen<string> s_names =
        from first in Gen.Elements("a", "lr", "n_q", "sample_rate", "0", "x.y", "-z")
        from second in Gen.Choose(0, 99)
        select $"{first}{second}";

    /// <summary>Scalars as they are written, and as they are read.</summary>
    private static readonly Gen<(string Written, object? Read)> s_scalars = Gen.OneOf(
        s_names.Select(name => (name, (object?)name)),
        Gen.Elements("null", "~").Select(text => (text, (object?)null)),
        Gen.Elements("1e-3", "true", "a b", "-1", "${x.y}", "a:b", "x#y").Select(text => (text, (object?)text)),
        Gen.Elements("x: y", "# no comment", "[1, 2", "a, b", "}").Select(text => ($"\"{text}\"", (object?)text)),
        Gen.Elements("say \"x\"", "a: ", "- b").Select(text => ($"'{text}'", (object?)text)));

    /// <summary>A tree is written line by line, in brackets where chance says so, and read again.</summary>
    [Fact]
    public void Parse_AnyTree_GivesItBack() => Law.Holds(Trees(4), cases: 500, tree =>
    {
        var text = new StringBuilder();
        Write(text, tree, 0);
        Assert.Equal(Values(tree), YamlSubset.Parse(text.ToString(), "test"));
    });

    [Fact]
    public void Parse_AnyText_GivesATreeOrTheTypedError()
    {
        Gen<string> parts = Gen.Elements(
            "a", "key", ":", ": ", "-", "- ", " ", "  ", "\n", "\n", "\n  ", "[", "]", "{", "}", ",", "\"", "'", "#", " #", "${", "null", "~", "---", "\t", "é", "0");
        int read = 0;
        Law.HoldsForRows(parts, cases: 5000, longest: 60, row =>
        {
            try
            {
                YamlSubset.Parse(string.Concat(row), "test");
                read++;
            }
            catch (ConfigException)
            {
                // The documented way to refuse.
            }
        });
        Assert.InRange(read, 100, 4900);
    }

    private static Gen<Node> Trees(int depth)
    {
        Gen<Node> scalar = s_scalars.Select(s => new Node(s.Written, s.Read, null, null, false));
        if (depth == 0)
        {
            return scalar;
        }

        Gen<bool> flow = Gen.Elements(false, true);
        Gen<int> count = Gen.Choose(0, 4);
        Gen<Node> list =
            from inFlow in flow
            from items in count.SelectMany(n => Trees(depth - 1).ArrayOf(n))
            select new Node("", null, items, null, inFlow || items.Length == 0);
        Gen<Node> mapping =
            from inFlow in flow
            from entries in count.SelectMany(n => s_names.Zip(Trees(depth - 1)).ArrayOf(n))
            select new Node("", null, null, [.. entries.DistinctBy(e => e.Item1)], inFlow || entries.Length == 0);
        return Gen.OneOf(scalar, list, mapping);
    }

    private static object? Values(Node node) =>
        node.Items is not null ? node.Items.Select(Values).ToList()
        : node.Entries is not null ? node.Entries.ToDictionary(e => e.Key, e => Values(e.Value))
        : node.Read;

    private static string InBrackets(Node node) =>
        node.Items is not null ? $"[{string.Join(", ", node.Items.Select(InBrackets))}]"
        : node.Entries is not null ? $"{{{string.Join(", ", node.Entries.Select(e => $"{e.Key}: {InBrackets(e.Value)}"))}}}"
        : node.Written;

    /// <summary>Appends a node in lines, the first of them where the text stands.</summary>
    private static void Write(StringBuilder text, Node node, int indent)
    {
        if (node.InFlow || (node.Items is null && node.Entries is null))
        {
            text.Append(InBrackets(node)).Append('\n');
            return;
        }

        bool first = true;
        foreach ((string lead, Node child) in node.Items?.Select(item => ("- ", item)) ?? node.Entries!.Select(e => (e.Key + ":", e.Value))) // One of both is there.
        {
            text.Append(' ', first ? 0 : indent).Append(lead);
            first = false;
            if (lead == "- ")
            {
                Write(text, child, indent + 2);
            }
            else if (child.InFlow || (child.Items is null && child.Entries is null))
            {
                text.Append(' ');
                Write(text, child, indent);
            }
            else
            {
                text.Append('\n').Append(' ', indent + 2);
                Write(text, child, indent + 2);
            }
        }
    }

    private sealed record Node(string Written, object? Read, Node[]? Items, (string Key, Node Value)[]? Entries, bool InFlow);
}
