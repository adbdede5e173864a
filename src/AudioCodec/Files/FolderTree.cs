namespace AudioCodec.Files;

/// <summary>The files below a folder. Folders that are links are followed, and each folder is visited once.</summary>
internal static class FolderTree
{
    /// <summary>All files below a folder that are asked for, sorted by path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="accept">Whether a file, by its path, is asked for.</param>
    /// <param name="unreadable">Receives the path of a subfolder that cannot be read; <see langword="null"/> to fail there.</param>
    /// <exception cref="IOException">The folder does not exist or cannot be read.</exception>
    public static IReadOnlyList<string> Files(string folder, Func<string, bool> accept, Action<string>? unreadable = null)
    {
        var found = new List<string>();
        var visited = new HashSet<FileIdentity>();
        var pending = new Stack<string>([folder]);
        while (pending.TryPop(out string? current))
        {
            if (FileIdentity.Of(current) is FileIdentity identity && !visited.Add(identity))
            {
                continue;
            }

            try
            {
                found.AddRange(Directory.EnumerateFiles(current).Where(accept));

                // The first by name is visited first, so that of two ways to one folder always the same counts.
                Array.ForEach([.. Directory.EnumerateDirectories(current).OrderDescending(StringComparer.Ordinal)], pending.Push);
            }
            catch (Exception exception) when (unreadable is not null && current != folder && exception is (IOException or UnauthorizedAccessException))
            {
                unreadable(current);
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
