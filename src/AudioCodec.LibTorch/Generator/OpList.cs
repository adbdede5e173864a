using System.Text.RegularExpressions;

namespace AudioCodec.LibTorch.Generator;

/// <summary>Reads the list of operators (its grammar is described in its own first lines).</summary>
internal static partial class OpList
{
    private static readonly string[] s_owners = ["Tensor", "torch", "functional", "fft", "special", "native"];

    /// <summary>Parses every line.</summary>
    /// <exception cref="FormatException">A line does not follow the grammar; the message starts with <c>(line)</c>.</exception>
    public static List<Op> Parse(string[] lines)
    {
        List<Op> ops = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("unary ", StringComparison.Ordinal))
            {
                ops.AddRange(line[6..].Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(name => Unary(i + 1, name)));
            }
            else if (line.StartsWith("sized ", StringComparison.Ordinal))
            {
                ops.AddRange(Sized(i + 1, line[6..]));
            }
            else if (line.StartsWith("arrays ", StringComparison.Ordinal))
            {
                ops.AddRange(line[7..].Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(type => Arrays(i + 1, type)));
            }
            else
            {
                ops.Add(ParseLine(i + 1, line));
            }
        }

        Dictionary<string, int> overloads = [];
        foreach (Op op in ops.Where(o => o.Cpp is not null))
        {
            string key = $"ac_{op.Owner}_{op.Name}";
            int n = overloads[key] = overloads.GetValueOrDefault(key) + 1;
            op.Symbol = $"{key}_{n}";
        }

        return ops;
    }

    /// <summary>A function of one tensor: method, in-place method and their static forms.</summary>
    private static IEnumerable<Op> Unary(int line, string name)
    {
        yield return ParseLine(line, $"Tensor.{name}() = self.{name}()");
        yield return ParseLine(line, $"Tensor.{name}_() = self.{name}_()");
        yield return ParseLine(line, $"torch.{name}(Tensor input) => input.{name}()");
        yield return ParseLine(line, $"torch.{name}_(Tensor input) => input.{name}_()");
    }

    /// <summary>A factory in all its spellings of a size: array, span, and one to four numbers of either integer type.</summary>
    private static IEnumerable<Op> Sized(int line, string text)
    {
        Match m = SizedLine().Match(text);
        if (!m.Success)
        {
            throw new FormatException($"({line}): expected 'sized name(value parameters) options = expression'");
        }

        string name = m.Groups["name"].Value;
        string value = m.Groups["value"].Value is { Length: > 0 } v ? v + ", " : "";
        bool generator = m.Groups["gen"].Success;
        string rest = "ScalarType? dtype = null, Device? device = null, bool requires_grad = false, "
            + (generator ? "Generator? generator = null, " : "") + "string[]? names = null";
        string pass = (value.Length > 0 ? "value, " : "") + "dtype, device, requires_grad, " + (generator ? "generator, " : "") + "names";
        yield return ParseLine(line, $"torch.{name}(ReadOnlySpan<long> size, {value}{rest}) = {m.Groups["expr"].Value}");
        yield return ParseLine(line, $"torch.{name}(long[] size, {value}{rest}) => torch.{name}((ReadOnlySpan<long>)size, {pass})");
        foreach (string type in (string[])["long", "int"])
        {
            foreach (string dims in (string[])["size", "rows columns", "dim0 dim1 dim2", "dim0 dim1 dim2 dim3"])
            {
                string[] names = dims.Split(' ');
                string declared = string.Join(", ", names.Select(n => $"{type} {n}"));
                yield return ParseLine(line,
                    $"torch.{name}({declared}, {value}{rest}) => torch.{name}((ReadOnlySpan<long>)[{string.Join(", ", names)}], {pass})");
            }
        }
    }

    /// <summary>The spellings of <c>torch.tensor</c> for one element type.</summary>
    private static IEnumerable<Op> Arrays(int line, string type)
    {
        const string rest = "ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null";
        const string pass = "dtype, device, requires_grad, names";
        // TorchSharp's own irregularities: only some types take a dtype beside a scalar, long names its arrays otherwise, and some spellings are missing.
        bool typed = type is "double" or "long" or "bool";
        string array = type == "long" ? "dataArray" : "rawArray";
        if (type != "Half")
        {
            yield return ParseLine(line, $"torch.tensor({type} scalar, {(typed ? "ScalarType? dtype = null, " : "")}Device? device = null, bool requires_grad = false) => "
                + $"FromSpan<{type}>([scalar], [], {(typed ? "dtype" : "null")}, device, requires_grad)");
        }

        yield return ParseLine(line, $"torch.tensor({type}[] {array}, {rest}) => FromSpan<{type}>({array}, [{array}.LongLength], {pass})");
        yield return ParseLine(line, $"torch.tensor({type}[] {array}, ReadOnlySpan<long> dimensions, {rest}) => FromSpan<{type}>({array}, dimensions, {pass})");
        if (type != "bool")
        {
            yield return ParseLine(line, $"torch.tensor(Memory<{type}> rawArray, ReadOnlySpan<long> dimensions, {rest}) => FromSpan<{type}>(rawArray.Span, dimensions, {pass})");
        }

        foreach (string dims in (string[])["rows columns", "dim0 dim1 dim2", "dim0 dim1 dim2 dim3"])
        {
            string[] names = dims.Split(' ');
            string source = type == "int" && names.Length == 4 ? "int[]" : $"IList<{type}>";
            yield return ParseLine(line, $"torch.tensor({source} rawArray, {string.Join(", ", names.Select(n => $"long {n}"))}, {rest}) => "
                + $"FromSpan<{type}>(System.Linq.Enumerable.ToArray(rawArray), [{string.Join(", ", names)}], {pass})");
        }

        yield return ParseLine(line, $"torch.tensor(IList<{type}> rawArray, {rest}) => FromSpan<{type}>(System.Linq.Enumerable.ToArray(rawArray), [rawArray.Count], {pass})");
        if (type != "double")
        {
            yield return ParseLine(line, $"torch.tensor(IList<{type}> rawArray, ReadOnlySpan<long> dimensions, {rest}) => "
                + $"FromSpan<{type}>(System.Linq.Enumerable.ToArray(rawArray), dimensions, {pass})");
        }

        foreach (string rank in (string[])["[,]", "[,,]", "[,,,]"])
        {
            yield return ParseLine(line, $"torch.tensor({type}{rank} rawArray, {rest}) => from_array(rawArray, {pass})");
        }
    }

    private static Op ParseLine(int line, string text)
    {
        Match m = Line().Match(text);
        if (!m.Success || !s_owners.Contains(m.Groups["owner"].Value))
        {
            throw new FormatException($"({line}): expected 'owner.name(parameters) [-> result] = C++' or '=> C#', owner one of {string.Join(", ", s_owners)}");
        }

        bool forward = m.Groups["kind"].Value == "=>";
        string body = m.Groups["body"].Value.Trim();
        return new Op(
            line, m.Groups["owner"].Value, m.Groups["name"].Value, ParseParameters(line, m.Groups["params"].Value),
            m.Groups["result"].Success ? m.Groups["result"].Value.Trim() : "Tensor", forward ? null : body, forward ? body : null);
    }

    private static List<Parameter> ParseParameters(int line, string text)
    {
        List<Parameter> parameters = [];
        foreach (string part in SplitTopLevel(text))
        {
            string declaration = part.Trim();
            string? value = null;
            int equals = declaration.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                value = declaration[(equals + 1)..].Trim();
                declaration = declaration[..equals].Trim();
            }

            int space = declaration.LastIndexOf(' ');
            if (space < 0)
            {
                throw new FormatException($"({line}): parameter '{part.Trim()}' needs a type and a name");
            }

            string type = declaration[..space].Trim();
            bool isParams = type.StartsWith("params ", StringComparison.Ordinal);
            parameters.Add(new Parameter(isParams ? type[7..] : type, declaration[(space + 1)..].TrimStart('@'), value, isParams));
        }

        return parameters;
    }

    private static IEnumerable<string> SplitTopLevel(string text)
    {
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '<' or '[' ? 1 : text[i] is ')' or '>' or ']' ? -1 : 0;
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        if (text[start..].Trim().Length > 0)
        {
            yield return text[start..];
        }
    }

    // The parameter list may hold parentheses of tuple types, one level deep.
    [GeneratedRegex(@"^(?<owner>\w+)\.@?(?<name>\w+)\((?<params>(?:[^()]|\([^()]*\))*)\)(?:\s*->\s*(?<result>.+?))?\s+(?<kind>=>|=)\s+(?<body>.+)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^(?<name>\w+)\((?<value>[^()]*)\)(?<gen> generator)?\s+=\s+(?<expr>.+)$")]
    private static partial Regex SizedLine();
}
