namespace AudioCodec.Cli.Session;

/// <summary>Tells whether the program was started without standard input.</summary>
internal static class StandardInput
{
    private const string Descriptors = "/proc/self/fd";

    /// <summary>Whether it was closed at the start: its number then names a pipe that .NET opened for itself, on which a read waits for ever.</summary>
    /// <remarks>Seen on Linux only.</remarks>
    public static bool IsClosed
    {
        get
        {
            if (!Directory.Exists(Descriptors))
            {
                return false;
            }

            string? opened = new FileInfo(Path.Combine(Descriptors, "0")).LinkTarget;
            return opened is null
                || (opened.StartsWith("pipe:", StringComparison.Ordinal)
                    && Directory.EnumerateFiles(Descriptors).Any(other => new FileInfo(other).LinkTarget == opened && IsForWriting(Path.GetFileName(other))));
        }
    }

    /// <summary>Whether this process writes to a descriptor: the last digit of its octal flags, as in <c>fcntl.h</c>, is not that of reading.</summary>
    private static bool IsForWriting(string descriptor) => File.ReadLines($"/proc/self/fdinfo/{descriptor}")
        .Any(line => line.StartsWith("flags:", StringComparison.Ordinal) && ((line[^1] - '0') & 3) != 0);
}
