using System.Globalization;
using System.Reflection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AudioCodec.Training.Configuration;

/// <summary>Compares a recipe with the settings that it is read into, so that a fault is told by its key and in words of who wrote the recipe.</summary>
/// <param name="deserializer">Reads a value as the settings are read.</param>
internal sealed class SettingsCheck(IDeserializer deserializer)
{
    private const int LongestFound = 60;

    /// <summary>Throws at the first key that is unknown and the first value that is of another type.</summary>
    /// <param name="keys">The recipe, or a section of it.</param>
    /// <param name="type">The settings' type.</param>
    /// <param name="prefix">Dotted key of the section, with a dot behind it.</param>
    /// <exception cref="ConfigException">There is one.</exception>
    public void Require(YamlMappingNode keys, Type type, string prefix = "")
    {
        Dictionary<string, Type> known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .ToDictionary(property => UnderscoredNamingConvention.Instance.Apply(property.Name), property => property.PropertyType, StringComparer.Ordinal);
        foreach ((YamlNode key, YamlNode value) in keys.Children)
        {
            string name = prefix + Found(key);
            if (!known.TryGetValue(Found(key), out Type? expected))
            {
                throw new ConfigException($"{name}: is not a known key; here the keys are {string.Join(", ", known.Keys)}.", name);
            }

            RequireValue(name, value, expected);
        }
    }

    /// <summary>Whether a value is nothing, which is not an empty text.</summary>
    public static bool IsEmpty(YamlNode value) => value is YamlScalarNode { Value: "" or "~" or "null" or null, Style: ScalarStyle.Plain or ScalarStyle.Any };

    private void RequireValue(string name, YamlNode value, Type expected)
    {
        if (!IsSection(expected))
        {
            RequireLeaf(name, value, expected);
        }
        else if (value is not YamlMappingNode section)
        {
            // A section without content has its defaults.
            if (!IsEmpty(value))
            {
                throw Fault(name, value, "a section of keys and values");
            }
        }
        else if (expected.Namespace == typeof(SettingsCheck).Namespace)
        {
            Require(section, expected, name + ".");
        }
    }

    private void RequireLeaf(string name, YamlNode value, Type expected)
    {
        bool empty = IsEmpty(value); // The reader would make a zero of it.
        try
        {
            _ = empty ? null : deserializer.Deserialize(Text(value), expected);
        }
        catch (YamlException)
        {
            throw Fault(name, value, Words(expected));
        }

        if (empty && expected != typeof(string))
        {
            throw Fault(name, value, Words(expected));
        }
    }

    /// <summary>Whether a value has keys of its own: settings of ours, or a model's configuration, which has its own reader.</summary>
    private static bool IsSection(Type type) => type.IsClass && type != typeof(string) && type != typeof(StepValue) && !type.IsArray && !type.IsGenericType;

    private static ConfigException Fault(string name, YamlNode value, string expected) =>
        new($"{name}: is {(Found(value) is { Length: > 0 } found ? $"'{found}'" : "empty")}; {expected} is expected.", name);

    private static string Words(Type type) =>
        type == typeof(string) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(StepValue) ? "a number, or numbers by step as in {0: 0.3, 2000: 0.05},"
        : type == typeof(int[]) ? "a list of whole numbers"
        : type == typeof(double[]) ? "a list of numbers"
        : type.GetGenericArguments() is [Type key, Type value] ? $"a table of {(key == typeof(double) ? "numbers" : "texts")}, with {Words(value)} for each,"
        : "a list of texts";

    private static string Found(YamlNode node)
    {
        string text = (node is YamlScalarNode scalar ? scalar.Value ?? "" : Text(node)).ReplaceLineEndings(" ").Trim();
        text = text.EndsWith("...", StringComparison.Ordinal) ? text[..^3].TrimEnd() : text; // The end of a document.
        return text.Length > LongestFound ? text[..LongestFound] + "…" : text;
    }

    private static string Text(YamlNode node)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new YamlStream(new YamlDocument(node)).Save(text, assignAnchors: false);
        return text.ToString();
    }
}
