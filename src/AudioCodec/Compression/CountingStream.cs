using AudioCodec.Files;

namespace AudioCodec.Compression;

/// <summary>Passes writes on and counts the bytes; leaves the stream behind it open.</summary>
internal sealed class CountingStream(Stream target) : ForwardOnlyStream
{
    /// <summary>Bytes written so far.</summary>
    public long BytesWritten { get; private set; }

    public override bool CanWrite => true;

    public override void Flush() => target.Flush();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        target.Write(buffer);
        BytesWritten += buffer.Length;
    }
}
