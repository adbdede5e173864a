using System.Text;

namespace AudioCodec.Checkpoints;

/// <summary>Reads the part of YAML that dumps of configurations use: mappings, sequences, flow collections, scalars.</summary>
/// <remarks>
/// Results are <see cref="Dictionary{TKey,TValue}"/> of text, <see cref="List{T}"/>, text, or <see langword="null"/> for nothing
/// or <c>null</c>. Scalars stay text. Anchors, aliases and tags are kept as text.
/// Bounds: 1 MiB of text, nesting of 32. Source: YAML 1.2.2, chapters 7 and 8.
/// </remarks>
internal sealed class YamlSubset
{
    private const int MaxChars = 1 << 20;
    private const int MaxDepth = 32;
    private const int MaxInterpolationChars = 256;

    private readonly string _source;
    private readonly List<(int Indent, string Text)> _lines = [];
    private int _next;

    private YamlSubset(string source) => _source = source;

    /// <summary>Parses a document.</summary>
    /// <exception cref="ConfigException">The text is not of the subset.</exception>
    public static object? Parse(string text, string source)
    {
        var reader = new YamlSubset(source);
        if (text.Length > MaxChars)
        {
            throw reader.Fault($"{text.Length} characters; at most {MaxChars} are read");
        }

        foreach (string raw in text.Split('\n'))
        {
            string line = StripComment(raw.TrimEnd());
            if (line.Length > 0 && line is not ("---" or "..."))
            {
                int indent = line.Length - line.TrimStart(' ').Length;
                reader._lines.Add((indent, line[indent..]));
            }
        }

        object? root = reader._lines.Count == 0 ? null : reader.ParseBlock(reader._lines[0].Indent, 0);
        return reader._next == reader._lines.Count ? root : throw reader.Fault($"unexpected line '{Messages.Quote(reader._lines[reader._next].Text)}'");
    }

    private static bool IsItem(string text) => text == "-" || text.StartsWith("- ", StringComparison.Ordinal);

    /// <summary>Removes a comment: a <c>#</c> at the start or after a space, outside quotes.</summary>
    private static string StripComment(string line)
    {
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'' && (i == 0 || line[i - 1] is ' ' or '[' or '{' or ','))
            {
                quote = c;
            }
            else if (c == '#' && (i == 0 || line[i - 1] == ' '))
            {
                return line[..i].TrimEnd();
            }
        }

        return line;
    }

    private object? ParseBlock(int indent, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Fault($"nested deeper than {MaxDepth}");
        }

        if (IsItem(_lines[_next].Text))
        {
            return ParseSequence(indent, depth);
        }

        return FindColon(_lines[_next].Text) >= 0 ? ParseMapping(indent, depth) : ParseScalar(_lines[_next++].Text, indent - 1, depth);
    }

    private Dictionary<string, object?> ParseMapping(int indent, int depth)
    {
        var mapping = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (_next < _lines.Count && _lines[_next].Indent == indent && !IsItem(_lines[_next].Text))
        {
            string text = _lines[_next].Text;
            int colon = FindColon(text);
            if (colon < 0)
            {
                throw Fault($"'{Messages.Quote(text)}' is not 'key: value'");
            }

            _next++;
            string key = Unquote(text[..colon].TrimEnd());
            mapping[key] = ParseValue(text[(colon + 1)..].Trim(), indent, depth, itemsMayAlign: true);
        }

        return mapping;
    }

    private List<object?> ParseSequence(int indent, int depth)
    {
        var list = new List<object?>();
        while (_next < _lines.Count && _lines[_next].Indent == indent && IsItem(_lines[_next].Text))
        {
            string rest = _lines[_next].Text[1..];
            string value = rest.TrimStart();
            int inner = indent + 1 + rest.Length - value.Length;
            if (value.Length > 0 && (IsItem(value) || (value[0] is not ('{' or '[' or '"' or '\'') && FindColon(value) >= 0)))
            {
                // "- key: value": the item is a block of its own that starts in the middle of the line.
                _lines[_next] = (inner, value);
                list.Add(ParseBlock(inner, depth + 1));
            }
            else
            {
                _next++;
                list.Add(ParseValue(value, indent, depth, itemsMayAlign: false));
            }
        }

        return list;
    }

    /// <summary>The value behind a key's colon or an item's dash, or in the lines below that are indented further.</summary>
    private object? ParseValue(string text, int indent, int depth, bool itemsMayAlign)
    {
        if (text.Length == 0)
        {
            bool nested = _next < _lines.Count
                && (_lines[_next].Indent > indent || (itemsMayAlign && _lines[_next].Indent == indent && IsItem(_lines[_next].Text)));
            return nested ? ParseBlock(_lines[_next].Indent, depth + 1) : null;
        }

        return ParseScalar(text, indent, depth);
    }

    /// <summary>A value that starts with text; lines indented further than the key continue it.</summary>
    private object? ParseScalar(string text, int indent, int depth)
    {
        var whole = new StringBuilder(text);
        while (_next < _lines.Count && _lines[_next].Indent > indent)
        {
            whole.Append(' ').Append(_lines[_next++].Text);
        }

        text = whole.ToString();
        if (text[0] is not ('[' or '{'))
        {
            return Unquote(text) is "null" or "~" ? null : Unquote(text);
        }

        int position = 0;
        object? value = ParseFlow(text, ref position, depth + 1);
        return text.AsSpan(position).IsWhiteSpace() ? value : throw Fault($"'{Messages.Quote(text)}' has text behind its closing bracket");
    }

    private object? ParseFlow(string text, ref int position, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Fault($"nested deeper than {MaxDepth}");
        }

        SkipSpaces(text, ref position);
        if (position < text.Length && text[position] is '[' or '{')
        {
            return ParseFlowCollection(text, ref position, depth);
        }

        int start = position;
        if (position < text.Length && text[position] is '"' or '\'')
        {
            char quote = text[position];
            int end = text.IndexOf(quote, position + 1);
            position = end < 0 ? throw Fault($"'{Messages.Quote(text)}' lacks a closing quote") : end + 1;
            return text[(start + 1)..end];
        }

        while (position < text.Length && text[position] is not (',' or ']' or '}')
            && !(text[position] == ':' && (position + 1 == text.Length || text[position + 1] is ' ' or ',' or ']' or '}')))
        {
            // An interpolation may hold a brace that does not close the collection.
            ReadOnlySpan<char> rest = text.AsSpan(position, Math.Min(text.Length - position, MaxInterpolationChars));
            position += rest.StartsWith("${") && rest.IndexOf('}') is > 0 and var end ? end + 1 : 1;
        }

        string scalar = text[start..position].Trim();
        return scalar is "null" or "~" or "" ? null : scalar;
    }

    private object ParseFlowCollection(string text, ref int position, int depth)
    {
        bool isMapping = text[position] == '{';
        char close = isMapping ? '}' : ']';
        var list = new List<object?>();
        var mapping = new Dictionary<string, object?>(StringComparer.Ordinal);
        position++;
        for (SkipSpaces(text, ref position); position < text.Length && text[position] != close; SkipSpaces(text, ref position))
        {
            object? item = ParseFlow(text, ref position, depth + 1);
            SkipSpaces(text, ref position);
            if (isMapping && position < text.Length && text[position] == ':')
            {
                position++;
                mapping[item as string ?? ""] = ParseFlow(text, ref position, depth + 1);
                SkipSpaces(text, ref position);
            }
            else if (isMapping)
            {
                mapping[item as string ?? ""] = null;
            }
            else
            {
                list.Add(item);
            }

            if (position < text.Length && text[position] == ',')
            {
                position++;
            }
            else if (position >= text.Length || text[position] != close)
            {
                break;
            }
        }

        if (position >= text.Length || text[position] != close)
        {
            throw Fault($"'{Messages.Quote(text)}' lacks '{close}'");
        }

        position++;
        return isMapping ? mapping : list;
    }

    private static void SkipSpaces(string text, ref int position)
    {
        while (position < text.Length && text[position] == ' ')
        {
            position++;
        }
    }

    /// <summary>Position of the colon that ends a key, or -1: outside quotes and brackets, before a space or the line's end.</summary>
    private static int FindColon(string text)
    {
        if (text.Length > 0 && text[0] is '"' or '\'')
        {
            int end = text.IndexOf(text[0], 1);
            return end > 0 && end + 1 < text.Length && text[end + 1] == ':' ? end + 1 : -1;
        }

        if (text.Length > 0 && text[0] is '[' or '{')
        {
            return -1;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == ':' && (i + 1 == text.Length || text[i + 1] == ' '))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Unquote(string text) =>
        text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;

    private ConfigException Fault(string what) => new($"{_source}: not a readable configuration: {what}.", "xp.cfg");
}
