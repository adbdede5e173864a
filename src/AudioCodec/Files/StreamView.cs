namespace AudioCodec.Files;

/// <summary>A stream that seeks, from a byte on, with a position of its own: several views of one stream can be read in turn.</summary>
/// <remarks>A disposed view can no longer be read; the stream behind it stays open.</remarks>
/// <param name="inner">The stream; must seek.</param>
/// <param name="start">Position in it that is position 0 here.</param>
internal sealed class StreamView(Stream inner, long start) : Stream
{
    private long _position;
    private bool _disposed;

    public override bool CanRead => !_disposed && inner.CanRead;

    public override bool CanSeek => !_disposed;

    public override bool CanWrite => false;

    public override long Length => inner.Length - start;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (inner.Position != start + _position)
        {
            inner.Position = start + _position;
        }

        int read = inner.Read(buffer);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        Position = offset + (origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            _ => Length,
        });
        return _position;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        base.Dispose(disposing);
    }
}
