using System.Diagnostics;

namespace AudioCodec.TestSupport;

/// <summary>A file system of its own with little room, to see what happens when it is full.</summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>Why <see cref="Mount"/> gave nothing.</summary>
    public const string Unavailable = "the small disk that this test fills is a tmpfs, which only root may mount on Linux";

    private SmallDisk(string root) => Root = root;

    /// <summary>Where it is mounted.</summary>
    public string Root { get; }

    private string Filler => Path.Combine(Root, "filler");

    /// <summary>Mounts a disk in memory, or gives <see langword="null"/> where the system or its rights do not allow that.</summary>
    public static SmallDisk? Mount(int bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string root = Directory.CreateTempSubdirectory("audiocodec-disk-").FullName;
        if (Execute("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", root) != 0)
        {
            Directory.Delete(root);
            return null;
        }

        return new SmallDisk(root);
    }

    /// <summary>Takes all room that is left.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException full) when (full.Message.Contains("No space left", StringComparison.Ordinal))
        {
            // This is what was wanted.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(Filler);

    /// <summary>Names of all files but the filler, relative, sorted.</summary>
    public string[] Files(string folder = "") =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories).Where(f => f != Filler)
            .Select(f => Path.GetRelativePath(Path.Combine(Root, folder), f)).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Execute("umount", "-l", Root);
        Directory.Delete(Root);
    }

    private static int Execute(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
