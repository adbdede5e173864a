using AudioCodec.Files;

namespace AudioCodec.Tests.Audio;

/// <summary>A pipe: forward only, length unknown, and each read gives at most a few bytes.</summary>
internal sealed class PipeStream(byte[] content, int mostPerRead = 1000) : ForwardOnlyStream
{
    private int _position;

    public override bool CanRead => true;

    public override int Read(Span<byte> buffer)
    {
        int given = Math.Min(Math.Min(buffer.Length, mostPerRead), content.Length - _position);
        content.AsSpan(_position, given).CopyTo(buffer);
        _position += given;
        return given;
    }
}

/// <summary>A pipe to write into.</summary>
internal sealed class OutPipeStream : ForwardOnlyStream
{
    private readonly MemoryStream _written = new();

    public override bool CanWrite => true;

    public byte[] ToArray() => _written.ToArray();

    public override void Write(ReadOnlySpan<byte> buffer) => _written.Write(buffer);
}

/// <summary>A seekable file of any size of which only the first and the last written bytes are kept; the rest reads as zeros.</summary>
internal sealed class HollowStream(long length = 0) : Stream
{
    private readonly byte[] _head = new byte[4096];
    private long _length = length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get; set; }

    public Span<byte> Head => _head;

    public override int Read(byte[] buffer, int offset, int count)
    {
        int given = (int)Math.Max(0, Math.Min(count, _length - Position));
        for (int i = 0; i < given; i++)
        {
            long at = Position + i;
            buffer[offset + i] = at < _head.Length ? _head[at] : (byte)0;
        }

        Position += given;
        return given;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count && Position + i < _head.Length; i++)
        {
            _head[Position + i] = buffer[offset + i];
        }

        Position += count;
        _length = Math.Max(_length, Position);
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => _length,
    };

    public override void SetLength(long value) => _length = value;

    public override void Flush()
    {
    }
}
