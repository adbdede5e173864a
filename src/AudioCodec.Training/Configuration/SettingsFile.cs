using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AudioCodec.Training.Configuration;

/// <summary>Reads YAML recipes: a file, the file it is based on, and overrides from the command line.</summary>
/// <remarks>
/// A key <c>base</c> names a file, relative to the one it stands in, whose keys hold unless they are given again.
/// Unknown keys are refused, since a misspelt one would silently train something else.
/// </remarks>
public static class SettingsFile
{
    private const int DeepestBase = 8;

    /// <summary>Reads a recipe.</summary>
    /// <typeparam name="T">The settings' type.</typeparam>
    /// <param name="path">The YAML file.</param>
    /// <param name="overrides">Each <c>section.key=value</c>, the value in YAML.</param>
    /// <exception cref="ConfigException">The file cannot be read, is no YAML, or holds an unknown key or a value that is not allowed.</exception>
    public static T Load<T>(string path, IEnumerable<string> overrides)
        where T : class, ITrainSettings, new()
    {
        ArgumentNullException.ThrowIfNull(overrides);
        YamlMappingNode root = ReadWithBase(path, 0);
        foreach (string assignment in overrides)
        {
            Apply(root, assignment);
        }

        return Bind<T>(root, path);
    }

    /// <summary>Reads a recipe from text; there is no file that a <c>base</c> could be relative to.</summary>
    /// <exception cref="ConfigException">As <see cref="Load{T}"/>.</exception>
    public static T Parse<T>(string yaml)
        where T : class, ITrainSettings, new() => Bind<T>(ReadMapping(new StringReader(yaml), "text"), "text");

    /// <summary>Settings as YAML, for the record of a run.</summary>
    public static string ToYaml(object settings) =>
        new SerializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance)
            .WithTypeConverter(new StepValue.Yaml()).WithTypeConverter(new ModelYaml()).Build().Serialize(settings);

    private static T Bind<T>(YamlMappingNode root, string source)
        where T : class, ITrainSettings, new()
    {
        IDeserializer deserializer = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance)
            .WithTypeConverter(new StepValue.Yaml()).WithTypeConverter(new ModelYaml()).Build();
        try
        {
            new SettingsCheck(deserializer).Require(root, typeof(T));

            // A section without content says nothing: its defaults hold.
            foreach (YamlNode empty in root.Children.Where(entry => SettingsCheck.IsEmpty(entry.Value)).Select(entry => entry.Key).ToArray())
            {
                root.Children.Remove(empty);
            }

            using var text = new StringWriter(CultureInfo.InvariantCulture);
            new YamlStream(new YamlDocument(root)).Save(text, assignAnchors: false);
            T settings = deserializer.Deserialize<T>(text.ToString()) ?? new T();
            settings.Validate();
            return settings;
        }
        catch (ConfigException error)
        {
            throw new ConfigException($"{source}: {error.Message} Keys and values are described in configs/README.md.", error.Key, error);
        }
        catch (YamlException error) when (error.InnerException is ConfigException inner)
        {
            ConfigException fault = Setting.InModel(inner);
            throw new ConfigException($"{source}: {fault.Message} Keys and values are described in configs/README.md.", fault.Key, error);
        }
        catch (YamlException error)
        {
            // The check has seen every value; what is left is a text that is no list of keys, such as a circle of references.
            throw new ConfigException($"{source}: cannot be read as a recipe. Keys and values are described in configs/README.md.", "", error);
        }
    }

    private static YamlMappingNode ReadWithBase(string path, int depth)
    {
        if (depth > DeepestBase)
        {
            throw new ConfigException($"{path}: more than {DeepestBase} files are based on one another; is there a circle?", "base");
        }

        YamlMappingNode own = ReadFile(path);
        if (!own.Children.TryGetValue(new YamlScalarNode("base"), out YamlNode? name))
        {
            return own;
        }

        own.Children.Remove(new YamlScalarNode("base"));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        YamlMappingNode merged = ReadWithBase(Path.Combine(folder, name.ToString()), depth + 1);
        Merge(merged, own);
        return merged;
    }

    private static YamlMappingNode ReadFile(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return ReadMapping(reader, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: cannot be read. {error.Message} Give the path of a YAML recipe, such as one under configs/train.", "", error);
        }
    }

    private static YamlMappingNode ReadMapping(TextReader reader, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(reader);
        }
        catch (YamlException error)
        {
            throw new ConfigException($"{source}: no valid YAML in line {error.Start.Line}: {error.Message}", "", error);
        }

        return stream.Documents.Count switch
        {
            0 => [],
            1 when stream.Documents[0].RootNode is YamlMappingNode mapping => mapping,
            _ => throw new ConfigException($"{source}: expected one YAML document of keys and values.", ""),
        };
    }

    private static void Merge(YamlMappingNode target, YamlMappingNode source)
    {
        foreach ((YamlNode key, YamlNode value) in source.Children)
        {
            if (value is YamlMappingNode section
                && target.Children.TryGetValue(key, out YamlNode? old)
                && old is YamlMappingNode oldSection)
            {
                Merge(oldSection, section);
            }
            else
            {
                target.Children[key] = value;
            }
        }
    }

    private static void Apply(YamlMappingNode root, string assignment)
    {
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw new ConfigException($"'{assignment}' is no override; write section.key=value, such as model.filters=16.", assignment);
        }

        string[] keys = assignment[..equals].Trim().Split('.');
        YamlMappingNode node = root;
        foreach (string key in keys[..^1])
        {
            if (!node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) || child is not YamlMappingNode)
            {
                child = new YamlMappingNode();
                node.Children[new YamlScalarNode(key)] = child;
            }

            node = (YamlMappingNode)child;
        }

        var value = new YamlStream();
        try
        {
            value.Load(new StringReader(assignment[(equals + 1)..]));
        }
        catch (YamlException error)
        {
            throw new ConfigException($"{assignment}: the value is no valid YAML: {error.Message}", string.Join('.', keys), error);
        }

        node.Children[new YamlScalarNode(keys[^1])] = value.Documents.Count > 0 ? value.Documents[0].RootNode : new YamlScalarNode("");
    }
}
