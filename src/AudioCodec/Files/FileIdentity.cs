using System.Runtime.InteropServices;

namespace AudioCodec.Files;

/// <summary>Which file a path leads to: links, hard links and other spellings of a path give one identity.</summary>
/// <remarks>Device and inode on Linux; elsewhere the path without links, compared as that system's file names are.</remarks>
/// <param name="Device">Number of the file system, or 0.</param>
/// <param name="Inode">Number of the file in it, or 0.</param>
/// <param name="Path">The path without links where there are no numbers.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, string? Path)
{
    private const int MostLinks = 40;

    /// <summary>The file that a path leads to, or <see langword="null"/> where there is none.</summary>
    public static FileIdentity? Of(string path)
    {
        if (Status.Of(path) is Status status)
        {
            return new FileIdentity(status.Device, status.Inode, null);
        }

        string resolved = Resolve(path);
        return System.IO.Path.Exists(resolved)
            ? new FileIdentity(0, 0, OperatingSystem.IsLinux() ? resolved : resolved.ToUpperInvariant())
            : null;
    }

    /// <summary>Whether two paths lead to one file that exists.</summary>
    public static bool AreSame(string first, string second) => Of(first) is FileIdentity file && Of(second) == file;

    /// <summary>Whether a path leads to a pipe, socket or device such as <c>/dev/null</c>, which is written through and never replaced by a file.</summary>
    public static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows()
        && (Status.Of(path) is { IsFileOrFolder: false }
            || (System.IO.Path.GetFullPath(path) is string full
                && full.StartsWith("/dev/", StringComparison.Ordinal)
                && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)
                && File.Exists(full)));

    /// <summary>The absolute path with every link replaced by what it leads to; its last parts need not exist.</summary>
    /// <exception cref="IOException">Links lead to each other.</exception>
    public static string Resolve(string path) => Resolve(path, 0);

    private static string Resolve(string path, int links)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (System.IO.Path.GetDirectoryName(full) is not string parent)
        {
            return full;
        }

        // A relative link starts at the real folder that it lies in, not at the path by which it was reached.
        string folder = Resolve(parent, links);
        full = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(full));
        return new FileInfo(full).LinkTarget switch
        {
            null => full,
            _ when links == MostLinks => throw new IOException($"'{path}': more than {MostLinks} links lead to each other."),
            string target => Resolve(System.IO.Path.Combine(folder, target), links + 1),
        };
    }

    /// <summary>What <c>statx</c> says of a file; Linux has one layout of it for all processors.</summary>
    private readonly partial record struct Status(ulong Device, ulong Inode, int Mode)
    {
        private const int CurrentFolder = -100;
        private const uint TypeAndInode = 0x1 | 0x100;
        private const int KindBits = 0xF000;
        private const int Folder = 0x4000;
        private const int PlainFile = 0x8000;

        public bool IsFileOrFolder => (Mode & KindBits) is Folder or PlainFile;

        /// <summary>The status, or <see langword="null"/> where there is no such file or no such call.</summary>
        public static Status? Of(string path)
        {
            if (!OperatingSystem.IsLinux())
            {
                return null;
            }

            Span<byte> status = stackalloc byte[256];
            try
            {
                return StatX(CurrentFolder, path, 0, TypeAndInode, ref MemoryMarshal.GetReference(status)) == 0
                    ? new Status(
                        MemoryMarshal.Read<ulong>(status[136..]),
                        MemoryMarshal.Read<ulong>(status[32..]),
                        MemoryMarshal.Read<ushort>(status[28..]))
                    : null;
            }
            catch (EntryPointNotFoundException)
            {
                return null;
            }
        }

        [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
        private static partial int StatX(int folder, string path, int flags, uint mask, ref byte status);
    }
}
