namespace AudioCodec.Audio;

/// <summary>A pipe whose first bytes were taken to see what it carries, and are given again.</summary>
internal sealed class ReplayStream(byte[] start, Stream rest, bool leaveOpen) : Stream
{
    private int _replayed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int again = Math.Min(buffer.Length, start.Length - _replayed);
        if (again == 0)
        {
            return rest.Read(buffer);
        }

        start.AsSpan(_replayed, again).CopyTo(buffer);
        _replayed += again;
        return again;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            rest.Dispose();
        }

        base.Dispose(disposing);
    }
}
