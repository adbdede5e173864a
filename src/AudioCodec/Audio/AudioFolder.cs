namespace AudioCodec.Audio;

/// <summary>Lists the recordings of a folder as a data set: its subfolders are the kinds, at any depth below them.</summary>
internal static class AudioFolder
{
    /// <summary>The files, sorted by path; those that lie in no subfolder are of no kind.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">Where the folder has a subfolder of this name, only that is read, and the kinds are its subfolders.</param>
    /// <param name="otherSplit">A subfolder of this name is no kind, and is left out where the split has no folder of its own.</param>
    /// <param name="unreadable">As for <see cref="AudioFile.FindAll"/>.</param>
    public static IEnumerable<AudioClip> Read(string folder, string? split = null, string? otherSplit = null, Action<string>? unreadable = null)
    {
        string inner = Path.Combine(folder, split ?? "");
        bool hasSplit = !string.IsNullOrEmpty(split) && Directory.Exists(inner);
        string root = hasSplit ? inner : folder;
        return from file in AudioFile.FindAll(root, unreadable)
               let kind = TopFolder(Path.GetRelativePath(root, file))
               where hasSplit || kind.Length == 0 || kind != otherSplit
               select new AudioClip(Path.GetFullPath(file), kind);
    }

    private static string TopFolder(string relative)
    {
        int end = relative.AsSpan().IndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        return end < 0 ? "" : relative[..end];
    }
}
