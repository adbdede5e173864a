using AudioCodec.Audio;

namespace AudioCodec.Training.Data;

/// <summary>Finds the files of a split of a data set: a manifest, or a folder of audio.</summary>
internal static class ClipList
{
    /// <summary>Reads a manifest or lists a folder.</summary>
    /// <param name="path">A folder, or an <see cref="AudioManifest"/>.</param>
    /// <param name="split">Only the manifest's lines of this split and those that name none. Of a folder, its subfolder of that name where there is one.</param>
    /// <returns>The files, in the manifest's order or sorted by path; those of a folder are of no kind.</returns>
    /// <exception cref="ConfigException">There is no such file or folder, a line is damaged, or no file is left.</exception>
    public static IReadOnlyList<AudioClip> Read(string path, string split)
    {
        AudioClip[] clips = Directory.Exists(path)
            ? [.. AudioFile.FindAll(FolderOf(path, split)).Select(file => new AudioClip(Path.GetFullPath(file)))]
            : [.. AudioManifest.Read(path).Where(clip => clip.Split is null || clip.Split == split)];
        return clips.Length > 0
            ? clips
            : throw new ConfigException($"'{path}' names no audio for the split '{split}'. Give a folder of audio or a JSONL manifest with lines such as {{\"path\": \"a.flac\", \"split\": \"{split}\"}}.", path);
    }

    private static string FolderOf(string path, string split)
    {
        string inner = Path.Combine(path, split);
        return Directory.Exists(inner) ? inner : path;
    }
}
