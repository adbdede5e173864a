using AudioCodec.Classification;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Loading;

namespace AudioCodec.Models;

/// <summary>The models in the folders of checkpoints, each in a folder that tells what it is: those that ship with the program, and a user's own.</summary>
internal static class BundledModels
{
    private const string ConfigName = "config.json";

    /// <summary>Folders in which they are looked for, in order.</summary>
    public static IReadOnlyList<string> Roots()
    {
        var roots = new List<string>();
        if (Environment.GetEnvironmentVariable("AUDIOCODEC_CHECKPOINTS") is { Length: > 0 } named)
        {
            roots.Add(named);
        }

        roots.Add(Path.Combine(AppContext.BaseDirectory, "checkpoints"));
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AudioCodec.sln")))
            {
                roots.Add(Path.Combine(folder.FullName, "checkpoints"));
                break;
            }
        }

        return roots;
    }

    /// <summary>The folder of a model, which has its name, or else states it; <see langword="null"/> where there is none.</summary>
    public static string? Find(string name) => name != Path.GetFileName(name) ? null
        : Roots().Select(root => Path.Combine(root, name)).FirstOrDefault(IsCheckpoint) ?? Roots().Select(root => FindStated(root, name)).FirstOrDefault(folder => folder is not null);

    /// <summary>The folder of a model, which states its name, or else has it; <see langword="null"/> where there is none.</summary>
    public static string? FindForStream(string name)
    {
        string? folder = Find(name);
        return folder is null || StatedName(folder) is not string stated || stated == name ? folder
            : Roots().Select(root => FindStated(root, name)).FirstOrDefault(other => other is not null) ?? folder;
    }

    /// <summary>The first folder in another whose model states a name, or <see langword="null"/>.</summary>
    public static string? FindStated(string root, string name) => !Directory.Exists(root) ? null
        : Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal).FirstOrDefault(folder => IsCheckpoint(folder) && StatedName(folder) == name);

    /// <summary>Whether a path is a folder that holds a model.</summary>
    public static bool IsCheckpoint(string path) => Directory.Exists(path) && (CheckpointLoader.HoldsWeights(path) || GeneratorCheckpoint.HoldsWeights(path));

    /// <summary>Every model in the folders, as an entry like those of the catalogue; of those of one name the one that <see cref="Find"/> gives.</summary>
    public static IReadOnlyList<ModelEntry> All() => [.. Roots().Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
        .Where(folder => File.Exists(Path.Combine(folder, ConfigName)) && IsCheckpoint(folder))
        .Where(folder => StatedName(folder) is string name && Find(name) == folder)
        .Select(Describe).OfType<ModelEntry>()
        .OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>Name of the generator to use, a released one before a preview, or <see langword="null"/>.</summary>
    public static string? FindGenerator() => All().Where(entry => entry.Kind == ModelKind.Generator)
        .OrderBy(entry => CheckpointFolder.StatusOf(Find(entry.Name)!) != CheckpointStatus.Release) // It was found a moment ago.
        .ThenBy(entry => entry.Name, StringComparer.Ordinal)
        .FirstOrDefault()?.Name;

    private static string? StatedName(string folder)
    {
        try
        {
            return CheckpointFolder.Describe(folder).Name;
        }
        catch (ConfigException)
        {
            // A published model's configuration states none, and whoever asks for a damaged one by the folder's name gets the error.
            return null;
        }
    }

    private static ModelEntry? Describe(string folder)
    {
        try
        {
            (string stated, string name, _) = CheckpointFolder.Describe(folder);
            ModelKind? kind = stated switch
            {
                EncodecConfigJson.Kind => ModelKind.Codec,
                EntropyModelConfig.Kind => ModelKind.EntropyModel,
                GeneratorConfig.Kind => ModelKind.Generator,
                ClassifierConfig.Kind => ModelKind.Classifier,
                _ => null,
            };
            string path = Path.Combine(folder, ConfigName);
            string? licence = ConfigFile.Parse(ConfigFile.ReadBytes(path), path, keys => ConfigFile.TakeText(keys, "licence"));
            long bytes = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
            bool hasCard = File.Exists(Path.Combine(folder, "README.md"));
            return kind is null ? null : new ModelEntry(
                name, kind.Value, $"In the folders of checkpoints{(hasCard ? "; see its card there" : "")}.", licence ?? (hasCard ? "See its card." : "Not stated."), bytes, []);
        }
        catch (ConfigException)
        {
            // Whoever asks for it by its name gets this error.
            return null;
        }
    }
}
