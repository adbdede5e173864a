using AudioCodec.Checkpoints;

namespace AudioCodec.Training.Tokenizing;

/// <summary>The shards of a folder, each written by one worker at a time, whatever becomes of the others.</summary>
/// <remarks>
/// A worker holds a lock of the file system on a shard while it makes it. The system gives the lock back when the worker ends in any way, so that a killed
/// worker's shard is free at once. On a file system without locks two workers might make the same shard: with the same content, and the first one stays.
/// </remarks>
/// <param name="folder">The folder.</param>
/// <param name="plan">Hash of the plan; a shard of another plan counts as missing.</param>
internal sealed class ShardFolder(string folder, string plan)
{
    private const string PlanEntry = "plan";

    private readonly string _work = Path.Combine(folder, ".work");

    /// <summary>File name of a shard.</summary>
    public static string NameOf(int shard) => FormattableString.Invariant($"shard-{shard:D5}.safetensors");

    /// <summary>Path of a shard.</summary>
    public string PathOf(int shard) => Path.Combine(folder, NameOf(shard));

    /// <summary>Whether a shard is complete.</summary>
    public bool IsDone(int shard)
    {
        try
        {
            if (!File.Exists(PathOf(shard)))
            {
                return false;
            }

            using SafetensorsFile file = SafetensorsFile.Open(PathOf(shard));
            return file.Metadata.GetValueOrDefault(PlanEntry) == plan;
        }
        catch (CheckpointException)
        {
            return false; // A damaged file is made again.
        }
    }

    /// <summary>Takes a piece of work unless it is done, or another worker has it.</summary>
    /// <param name="name">The shard's file name, or another file's.</param>
    /// <param name="isDone">Whether it is done; asked once more when it is taken.</param>
    /// <returns>Disposed to give it back; <see langword="null"/> where there is nothing to do.</returns>
    public FileStream? TryTake(string name, Func<bool> isDone)
    {
        if (isDone())
        {
            return null;
        }

        FileStream held;
        try
        {
            Directory.CreateDirectory(_work);
            held = new FileStream(Path.Combine(_work, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is DirectoryNotFoundException || IsHeld(exception))
        {
            return null; // Another worker has it, or has done the last of all and cleans up.
        }

        if (!isDone())
        {
            return held;
        }

        held.Dispose();
        return null;
    }

    /// <summary>Whether a file cannot be opened because another process has locked it: EWOULDBLOCK of Linux and macOS, a sharing violation of Windows.</summary>
    private static bool IsHeld(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>Writes a shard, which appears under its name when it is complete.</summary>
    /// <param name="shard">The shard, which is held.</param>
    /// <param name="content">Its tensors and metadata.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void Write(int shard, SafetensorsWriter content)
    {
        content.SetMetadata(PlanEntry, plan);

        // Of one name, so that what a killed worker left is written over.
        string partial = Path.Combine(_work, NameOf(shard) + ".partial");
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            content.Write(stream);
        }

        File.Move(partial, PathOf(shard), overwrite: true);
    }

    /// <summary>Removes the locks, once everything is done.</summary>
    public void Clean()
    {
        try
        {
            Directory.Delete(_work, recursive: true);
        }
        catch (IOException)
        {
            // Another worker removes it just now, or looks at a lock.
        }
    }
}
