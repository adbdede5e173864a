using AudioCodec.Audio;

namespace AudioCodec.Training.Tokenizing;

/// <summary>The recordings of a folder or manifest, under names that are the same on every machine.</summary>
/// <param name="Root">Folder that the names are below.</param>
/// <param name="Clips">The recordings by name, in the order of their names.</param>
/// <param name="Unreadable">Subfolders that cannot be read.</param>
internal sealed record TokenizeCorpus(string Root, IReadOnlyList<(PlannedFile File, AudioClip Clip)> Clips, IReadOnlyList<string> Unreadable)
{
    /// <summary>Lists a folder, or reads a manifest.</summary>
    /// <param name="path">A folder of audio, or an <see cref="AudioManifest"/>.</param>
    /// <param name="split">Only the manifest's lines of this split; <see langword="null"/> for all.</param>
    /// <exception cref="ConfigException">There is no such file or folder, a line is damaged, or it names no recording.</exception>
    public static TokenizeCorpus Read(string path, string? split)
    {
        bool folder = Directory.Exists(path);
        string root = Path.GetFullPath(folder ? path : Path.GetDirectoryName(Path.GetFullPath(path)) ?? "");
        var unreadable = new List<string>();
        IEnumerable<AudioClip> clips = folder
            ? AudioFile.FindAll(root, unreadable.Add).Select(file => new AudioClip(file))
            : AudioManifest.Read(path).Where(clip => split is null || clip.Split == split);
        (PlannedFile File, AudioClip Clip)[] listed =
        [
            .. clips.DistinctBy(clip => clip.Path)
                .Select(clip => (new PlannedFile(Path.GetRelativePath(root, clip.Path).Replace('\\', '/'), SizeOf(clip.Path)), clip))
                .OrderBy(entry => entry.Item1.Path, StringComparer.Ordinal),
        ];
        return listed.Length > 0
            ? new TokenizeCorpus(root, listed, unreadable)
            : throw new ConfigException($"'{path}' names no audio{(split is null ? "" : $" for the split '{split}'")}. Give a folder of audio, or a JSONL manifest with lines such as {{\"path\": \"a.flac\"}}.", path);
    }

    /// <summary>A file that is not there fails when its turn comes, and the others are not lost.</summary>
    private static long SizeOf(string path) => File.Exists(path) ? new FileInfo(path).Length : -1;
}
