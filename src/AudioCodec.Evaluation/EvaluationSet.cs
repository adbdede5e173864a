using AudioCodec.Audio;

namespace AudioCodec.Evaluation;

/// <summary>Finds the files to evaluate on: a manifest's or a folder's.</summary>
public static class EvaluationSet
{
    private const string UnknownKind = "audio";

    /// <summary>Reads the list.</summary>
    /// <param name="path">A folder (its subfolders are the kinds; files outside of them have its own name), an audio file, or an <see cref="AudioManifest"/>.</param>
    /// <param name="split">Only the manifest's lines of this split and those that name none, or a folder's subfolder of that name; all where it is <see langword="null"/>.</param>
    /// <param name="kinds">Only files of these kinds; all where it is empty.</param>
    /// <param name="limitPerKind">Most files of each kind, spread evenly over the list; all where it is <see langword="null"/>.</param>
    /// <param name="unreadable">Receives the path of a subfolder that cannot be read, which is passed over; <see langword="null"/> to fail there.</param>
    /// <returns>Ordered by kind, then path.</returns>
    /// <exception cref="ConfigException">The path does not exist, a folder lacks the split, the manifest is damaged, or nothing is left.</exception>
    public static IReadOnlyList<AudioClip> Load(string path, string? split = null, IReadOnlyCollection<string>? kinds = null, int? limitPerKind = null, Action<string>? unreadable = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IEnumerable<AudioClip> clips = Directory.Exists(path) ? FromFolder(path, split, unreadable)
            : AudioManifest.IsManifest(path) || !File.Exists(path) ? FromManifest(path, split)
            : [new AudioClip(path, UnknownKind)];
        AudioClip[] chosen =
        [
            .. clips.Where(clip => kinds is null || kinds.Count == 0 || kinds.Contains(clip.Kind))
                .GroupBy(clip => clip.Kind)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .SelectMany(group => AudioClip.Spread([.. group.OrderBy(clip => clip.Path, StringComparer.Ordinal)], limitPerKind ?? int.MaxValue)),
        ];
        if (chosen.Length == 0)
        {
            throw new ConfigException(
                $"'{path}' has no audio file to evaluate on{(split is null ? string.Empty : $" in split '{split}'")}"
                + $"{(kinds is null || kinds.Count == 0 ? string.Empty : $" of kind {string.Join(", ", kinds)}")}.",
                path);
        }

        return chosen;
    }

    private static IEnumerable<AudioClip> FromFolder(string folder, string? split, Action<string>? unreadable)
    {
        if (split is not null && !Directory.Exists(Path.Combine(folder, split)))
        {
            throw new ConfigException($"'{folder}' has no subfolder '{split}' that would be that split. Without a split, all of the folder is evaluated.", folder);
        }

        string name = new DirectoryInfo(folder).Name;
        return AudioManifest.OfFolder(folder, split, unreadable: unreadable).Select(clip => clip.Kind.Length > 0 ? clip : clip with { Kind = name });
    }

    private static IEnumerable<AudioClip> FromManifest(string manifest, string? split) => AudioManifest.Read(manifest)
        .Where(clip => split is null || clip.Split is null || clip.Split == split)
        .Select(clip => clip.Kind.Length > 0 ? clip : clip with { Kind = UnknownKind });
}
