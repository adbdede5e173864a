using AudioCodec.Audio;

namespace AudioCodec.Training.Data;

/// <summary>Finds the files of a split of a data set: a manifest, or a folder of audio.</summary>
internal static class ClipList
{
    /// <summary>Reads a manifest or lists a folder.</summary>
    /// <param name="path">A folder, whose subfolders are the kinds of its files, or an <see cref="AudioManifest"/>.</param>
    /// <param name="split">Only the manifest's lines of this split and those that name none. Of a folder, its subfolder of that name where there is one.</param>
    /// <param name="otherSplit">The other split of the recipe: a folder's subfolder of that name is never a kind of this one.</param>
    /// <param name="unreadable">Receives the path of a subfolder that cannot be read, which is passed over; <see langword="null"/> to fail there.</param>
    /// <returns>The files, in the manifest's order or sorted by path.</returns>
    /// <exception cref="ConfigException">There is no such file or folder, a line is damaged, or no file is left.</exception>
    public static IReadOnlyList<AudioClip> Read(string path, string split, string? otherSplit = null, Action<string>? unreadable = null)
    {
        AudioClip[] clips = Directory.Exists(path)
            ? [.. AudioManifest.OfFolder(path, split, otherSplit, unreadable)]
            : [.. AudioManifest.Read(path).Where(clip => clip.Split is null || clip.Split == split)];
        return clips.Length > 0
            ? clips
            : throw new ConfigException($"'{path}' names no audio for the split '{split}'. Give a folder of audio or a JSONL manifest with lines such as {{\"path\": \"a.flac\", \"split\": \"{split}\"}}.", path);
    }
}
