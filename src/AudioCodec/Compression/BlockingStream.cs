namespace AudioCodec.Compression;

/// <summary>Lets synchronous code read and write a stream that may allow asynchronous calls only, such as the body of a web request.</summary>
/// <remarks>
/// The thread waits for each call, so it should be one of its own, not one of the pool. Written bytes are buffered in blocks.
/// The stream behind it stays open.
/// </remarks>
internal sealed class BlockingStream(Stream inner, CancellationToken cancellationToken) : Stream
{
    private const int BlockBytes = 1 << 16;
    private readonly byte[] _block = new byte[BlockBytes];
    private int _held;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position + _held;
        set
        {
            WriteBlock();
            inner.Position = value;
        }
    }

    public override void Flush()
    {
        WriteBlock();
        inner.FlushAsync(cancellationToken).GetAwaiter().GetResult();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask().GetAwaiter().GetResult();

    public override int Read(Span<byte> buffer)
    {
        int read = Read(_block, 0, Math.Min(buffer.Length, BlockBytes));
        _block.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        WriteBlock();
        return inner.Seek(offset, origin);
    }

    public override void SetLength(long value)
    {
        WriteBlock();
        inner.SetLength(value);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int taken = Math.Min(buffer.Length, BlockBytes - _held);
            buffer[..taken].CopyTo(_block.AsSpan(_held));
            buffer = buffer[taken..];
            _held += taken;
            if (_held == BlockBytes)
            {
                WriteBlock();
            }
        }
    }

    private void WriteBlock()
    {
        if (_held > 0)
        {
            inner.WriteAsync(_block.AsMemory(0, _held), cancellationToken).AsTask().GetAwaiter().GetResult();
            _held = 0;
        }
    }
}
