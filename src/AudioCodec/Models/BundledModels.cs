using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Loading;

namespace AudioCodec.Models;

/// <summary>The models that ship with the program, each in a folder of its name that tells what it is.</summary>
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

    /// <summary>The folder of a model, or <see langword="null"/> where there is none of that name.</summary>
    public static string? Find(string name) =>
        name != Path.GetFileName(name) ? null : Roots().Select(root => Path.Combine(root, name)).FirstOrDefault(IsCheckpoint);

    /// <summary>Whether a path is a folder that holds a model.</summary>
    public static bool IsCheckpoint(string path) => Directory.Exists(path) && (CheckpointLoader.HoldsWeights(path) || GeneratorCheckpoint.HoldsWeights(path));

    /// <summary>Every model in the folders, as an entry like those of the catalogue.</summary>
    public static IReadOnlyList<ModelEntry> All() => [.. Folders().Select(Describe).OfType<ModelEntry>()];

    /// <summary>Name of the generator to use, a released one before a preview, or <see langword="null"/>.</summary>
    public static string? FindGenerator() => All().Where(entry => entry.Kind == ModelKind.Generator)
        .OrderBy(entry => CheckpointFolder.StatusOf(Find(entry.Name)!) != CheckpointStatus.Release) // It was found a moment ago.
        .ThenBy(entry => entry.Name, StringComparer.Ordinal)
        .FirstOrDefault()?.Name;

    /// <summary>Of folders of one name the first one counts, as in <see cref="Find"/>.</summary>
    private static IEnumerable<string> Folders() => Roots().Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
        .Where(folder => File.Exists(Path.Combine(folder, ConfigName)) && IsCheckpoint(folder))
        .DistinctBy(Path.GetFileName)
        .OrderBy(Path.GetFileName, StringComparer.Ordinal);

    private static ModelEntry? Describe(string folder)
    {
        try
        {
            ModelKind? kind = CheckpointFolder.Describe(folder).Kind switch
            {
                EncodecConfigJson.Kind => ModelKind.Codec,
                EntropyModelConfig.Kind => ModelKind.EntropyModel,
                GeneratorConfig.Kind => ModelKind.Generator,
                _ => null,
            };
            string path = Path.Combine(folder, ConfigName);
            string? licence = ConfigFile.Parse(ConfigFile.ReadBytes(path), path, keys => ConfigFile.TakeText(keys, "licence"));
            long bytes = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
            return kind is null ? null : new ModelEntry(
                Path.GetFileName(folder), kind.Value, "Ships with the program; see the card in its folder.", licence ?? "See the card in its folder.", bytes, []);
        }
        catch (ConfigException)
        {
            // Whoever asks for it by its name gets this error.
            return null;
        }
    }
}
