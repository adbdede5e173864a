using Microsoft.Win32.SafeHandles;

namespace AudioCodec.Checkpoints;

/// <summary>Random access to the bytes of a checkpoint, in a file or in memory.</summary>
internal abstract class ByteSource(string name, long length) : IDisposable
{
    /// <summary>Path of the file, or a name for the bytes; used in messages.</summary>
    public string Name { get; } = name;

    /// <summary>Number of bytes.</summary>
    public long Length { get; } = length;

    /// <summary>Opens a file.</summary>
    /// <exception cref="CheckpointException">The file is missing or cannot be read.</exception>
    public static ByteSource OpenFile(string path)
    {
        try
        {
            SafeFileHandle handle = File.OpenHandle(path);
            return new FileSource(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{path}: there is no such file.", path, null, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CheckpointException($"{path}: cannot be opened: {e.Message}", path, null, e);
        }
    }

    /// <summary>Reads from memory.</summary>
    public static ByteSource FromMemory(string name, ReadOnlyMemory<byte> bytes) => new MemorySource(name, bytes);

    /// <summary>Part of the bytes as a source of its own, which need not be disposed.</summary>
    /// <exception cref="CheckpointException">The part reaches beyond the end.</exception>
    public ByteSource Slice(long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= Length && length <= Length - offset
            ? new PartSource(this, offset, length)
            : throw new CheckpointException($"{Name}: {length} bytes are needed at offset {offset}, but the file has {Length}. It is truncated.", Name);

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on.</summary>
    /// <exception cref="CheckpointException">The range reaches beyond the end, or the file cannot be read.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length || destination.Length > Length - offset)
        {
            throw new CheckpointException(
                $"{Name}: {destination.Length} bytes are needed at offset {offset}, but the file has {Length}. It is truncated.", Name);
        }

        ReadCore(offset, destination);
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    protected abstract void ReadCore(long offset, Span<byte> destination);

    private sealed class FileSource(string name, SafeFileHandle handle, long length) : ByteSource(name, length)
    {
        public override void Dispose() => handle.Dispose();

        protected override void ReadCore(long offset, Span<byte> destination)
        {
            try
            {
                while (!destination.IsEmpty)
                {
                    int read = RandomAccess.Read(handle, destination, offset);
                    if (read == 0)
                    {
                        throw new CheckpointException($"{Name}: the file became shorter while it was read.", Name);
                    }

                    offset += read;
                    destination = destination[read..];
                }
            }
            catch (IOException e)
            {
                throw new CheckpointException($"{Name}: cannot be read at offset {offset}: {e.Message}", Name, null, e);
            }
        }
    }

    private sealed class PartSource(ByteSource whole, long offset, long length) : ByteSource(whole.Name, length)
    {
        public override void Dispose()
        {
        }

        protected override void ReadCore(long position, Span<byte> destination) => whole.Read(offset + position, destination);
    }

    private sealed class MemorySource(string name, ReadOnlyMemory<byte> bytes) : ByteSource(name, bytes.Length)
    {
        public override void Dispose()
        {
        }

        protected override void ReadCore(long offset, Span<byte> destination) =>
            bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
    }
}
