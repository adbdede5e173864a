using System.Globalization;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Typed access by dotted keys to a configuration of nested mappings, with <c>${interpolations}</c> resolved.</summary>
internal sealed class ConfigTree(object? root, string source)
{
    private const int MaxHops = 8;

    /// <summary>Whether a key exists, even with an empty value.</summary>
    public bool Contains(string key) => Find(key, out _);

    /// <summary>Text of a scalar, or <see langword="null"/> where the key is missing or empty.</summary>
    /// <exception cref="ConfigException">The key holds a collection.</exception>
    public string? Text(string key) => Resolve(key) switch
    {
        null => null,
        string text => text,
        _ => throw Fault(key, "a collection", "one value"),
    };

    /// <summary>A whole number, or <paramref name="missing"/> where the key is missing.</summary>
    /// <exception cref="ConfigException">There is no number, or the key is missing and <paramref name="missing"/> is too.</exception>
    public int Integer(string key, int? missing = null)
    {
        string? text = Text(key);
        return text is null ? missing ?? throw Fault(key, "nothing", "a whole number")
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value
            : throw Fault(key, text, "a whole number");
    }

    /// <summary>A number, or <paramref name="missing"/>.</summary>
    /// <exception cref="ConfigException">There is no number.</exception>
    public double Number(string key, double missing)
    {
        string? text = Text(key);
        return text is null ? missing
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
            : throw Fault(key, text, "a number");
    }

    /// <summary>A truth value, or <paramref name="missing"/>.</summary>
    /// <exception cref="ConfigException">There is something else.</exception>
    public bool Flag(string key, bool missing) => Text(key) switch
    {
        null => missing,
        "true" or "True" or "yes" or "on" => true,
        "false" or "False" or "no" or "off" => false,
        string text => throw Fault(key, text, "true or false"),
    };

    /// <summary>A list of whole numbers, or <see langword="null"/> where the key is missing.</summary>
    /// <exception cref="ConfigException">There is something else.</exception>
    public int[]? Integers(string key) => Resolve(key) switch
    {
        null => null,
        List<object?> { Count: <= 64 } list => [.. list.Select(item =>
            int.TryParse(item as string, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? value
                : throw Fault(key, item?.ToString() ?? "nothing", "whole numbers"))],
        _ => throw Fault(key, "one value", "a list of whole numbers"),
    };

    /// <summary>A list of numbers, or <see langword="null"/> where the key is missing.</summary>
    /// <exception cref="ConfigException">There is something else.</exception>
    public double[]? Numbers(string key) => Resolve(key) switch
    {
        null => null,
        List<object?> { Count: <= 64 } list => [.. list.Select(item =>
            double.TryParse(item as string, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : throw Fault(key, item?.ToString() ?? "nothing", "numbers"))],
        _ => throw Fault(key, "one value", "a list of numbers"),
    };

    /// <summary>A list of texts; empty where the key is missing.</summary>
    /// <exception cref="ConfigException">There is something else.</exception>
    public string[] Texts(string key) => Resolve(key) switch
    {
        null => [],
        List<object?> { Count: <= 64 } list => [.. list.Select(item => item as string ?? throw Fault(key, "a list of something else", "a list of texts"))],
        _ => throw Fault(key, "one value", "a list of texts"),
    };

    /// <summary>The value of a key in a line; empty where it is missing, or an empty collection.</summary>
    public string Describe(string key) => Resolve(key) switch
    {
        null => "",
        string text => text,
        List<object?> list => string.Join(", ", list),
        Dictionary<string, object?> mapping => string.Join(", ", mapping.Keys),
        object other => other.ToString() ?? "",
    };

    /// <summary>Keys of a mapping that have a value; empty where there is none.</summary>
    public IReadOnlyList<string> FilledKeys(string key) =>
        Resolve(key) is Dictionary<string, object?> mapping ? [.. mapping.Where(p => p.Value is not null).Select(p => p.Key)] : [];

    /// <summary>An error that names the value of a key and the values allowed.</summary>
    public ConfigException Fault(string key, string found, string expected) =>
        new($"{source}: {key} is {Messages.Quote(found)}, expected {expected}.", key);

    private object? Resolve(string key)
    {
        string current = key;
        for (int hop = 0; hop < MaxHops; hop++)
        {
            Find(current, out object? value);
            if (value is not string text || !text.StartsWith("${", StringComparison.Ordinal) || !text.EndsWith('}'))
            {
                return value;
            }

            current = text[2..^1];
        }

        throw Fault(key, "a circular reference", "a value");
    }

    private bool Find(string key, out object? value)
    {
        value = root;
        foreach (string part in key.Split('.'))
        {
            if (value is not Dictionary<string, object?> mapping || !mapping.TryGetValue(part, out value))
            {
                value = null;
                return false;
            }
        }

        return true;
    }
}
