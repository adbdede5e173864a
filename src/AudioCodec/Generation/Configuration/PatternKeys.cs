using System.Text.Json.Nodes;
using AudioCodec.Generation.Patterns;

namespace AudioCodec.Generation.Configuration;

/// <summary>A pattern as keys of a configuration: <c>kind</c>, and the options of that kind.</summary>
internal static class PatternKeys
{
    public const string Delay = "delay";
    public const string Unroll = "unroll";
    public const string CoarseFirst = "coarse_first";
    public const string MusicLm = "music_lm";

    private const int MaxCodebooks = 256;
    private const int MaxSteps = 4096;

    /// <summary>Builds a pattern.</summary>
    /// <exception cref="ConfigException">A key is missing or unknown, or a value is not allowed.</exception>
    public static CodebookPattern Read(JsonObject keys)
    {
        var options = new Options(keys);
        CodebookPattern pattern = Build(() => options.Kind switch
        {
            Delay => new DelayPattern(options.Numbers("delays"), options.Number("flatten_first", 0), options.Number("empty_initial", 0)),
            Unroll => new UnrolledPattern(options.Numbers("flattening"), options.Numbers("delays")),
            CoarseFirst => new CoarseFirstPattern(options.Numbers("delays")),
            MusicLm => new MusicLmPattern(options.Number("codebooks"), options.Number("group_by", 2)),
            string other => throw new ConfigException($"kind is '{Messages.Quote(other)}'; allowed: {Delay}, {Unroll}, {CoarseFirst}, {MusicLm}.", "kind"),
        });
        options.RequireNoMore();
        return pattern;
    }

    /// <summary>The keys of a pattern.</summary>
    public static JsonObject Write(CodebookPattern pattern) => pattern switch
    {
        DelayPattern delay => new JsonObject
        {
            ["kind"] = Delay,
            ["delays"] = List(delay.Delays),
            ["flatten_first"] = delay.FlattenFirst,
            ["empty_initial"] = delay.EmptyInitial,
        },
        UnrolledPattern unrolled => new JsonObject { ["kind"] = Unroll, ["flattening"] = List(unrolled.Flattening), ["delays"] = List(unrolled.Delays) },
        CoarseFirstPattern coarse => new JsonObject { ["kind"] = CoarseFirst, ["delays"] = List(coarse.Delays) },
        MusicLmPattern music => new JsonObject { ["kind"] = MusicLm, ["codebooks"] = music.Codebooks, ["group_by"] = music.GroupBy },
        _ => throw new ArgumentException($"The pattern '{pattern}' has no keys.", nameof(pattern)),
    };

    /// <summary>Makes a pattern whose options come from a file.</summary>
    /// <exception cref="ConfigException">The options do not go together.</exception>
    public static CodebookPattern Build(Func<CodebookPattern> create)
    {
        try
        {
            return create();
        }
        catch (ArgumentException e)
        {
            throw new ConfigException($"no such pattern of codebooks: {Messages.WithoutParameter(e)}", "", e);
        }
    }

    /// <summary>Bounds lists and numbers, so that a layout cannot become huge.</summary>
    /// <exception cref="ConfigException">A list is too long, or a number out of range.</exception>
    public static int[] RequireBounds(string key, params int[] numbers) =>
        numbers.Length <= MaxCodebooks && Array.TrueForAll(numbers, number => number is >= 0 and <= MaxSteps)
            ? numbers
            : throw new ConfigException($"{key} is {Messages.Quote(string.Join(", ", numbers))}; allowed: at most {MaxCodebooks} numbers from 0 to {MaxSteps}.", key);

    private static JsonArray List(IEnumerable<int> numbers) => [.. numbers.Select(number => (JsonNode)number)];

    /// <summary>The options of a pattern, each of which is taken once.</summary>
    private sealed class Options(JsonObject keys)
    {
        private readonly HashSet<string> _left = [.. keys.Select(pair => pair.Key).Where(key => key != "kind")];

        public string Kind { get; } = keys["kind"] is JsonValue kind && kind.TryGetValue(out string? text)
            ? text
            : throw new ConfigException("kind is missing; the name of a pattern is expected.", "kind");

        public int Number(string key, int? missing = null)
        {
            _left.Remove(key);
            return keys[key] is null ? missing ?? throw Fault(key)
                : keys[key] is JsonValue value && value.TryGetValue(out int number) ? RequireBounds(key, number)[0]
                : throw Fault(key);
        }

        public int[] Numbers(string key)
        {
            _left.Remove(key);
            JsonArray list = keys[key] as JsonArray ?? throw Fault(key);
            return RequireBounds(key, [.. list.Select(item => item is JsonValue value && value.TryGetValue(out int number) ? number : throw Fault(key))]);
        }

        public void RequireNoMore()
        {
            if (_left.FirstOrDefault() is string unknown)
            {
                throw new ConfigException($"{Messages.Quote(unknown)} is not a key of the pattern '{Kind}'.", unknown);
            }
        }

        private ConfigException Fault(string key) =>
            new($"{key} is {Messages.Quote(keys[key]?.ToJsonString() ?? "missing")}; whole numbers are expected by the pattern '{Kind}'.", key);
    }
}
