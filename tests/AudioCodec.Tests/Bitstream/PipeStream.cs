using AudioCodec.Files;

namespace AudioCodec.Tests.Bitstream;

/// <summary>A stream that neither seeks nor tells its length and gives one byte at a time, as a slow pipe does.</summary>
internal sealed class PipeStream(Stream inner) : ForwardOnlyStream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public override int Read(Span<byte> buffer) => inner.Read(buffer[..Math.Min(buffer.Length, 1)]);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override void Flush() => inner.Flush();
}
