using AudioCodec.Files;

namespace AudioCodec.Audio;

/// <summary>Keeps what is read of a pipe's header, so that another reader can have the pipe from the same place.</summary>
internal sealed class RecordedHeader(Stream pipe) : ForwardOnlyStream
{
    private const int MostBytes = 1 << 20;

    private readonly MemoryStream _read = new();

    public override bool CanRead => true;

    /// <summary>Whether all that was read is kept; of headers over 1 MiB nothing more is.</summary>
    public bool IsWhole { get; private set; } = true;

    public override int Read(Span<byte> buffer)
    {
        int read = pipe.Read(buffer);
        IsWhole &= _read.Length + read <= MostBytes;
        if (IsWhole)
        {
            _read.Write(buffer[..read]);
        }

        return read;
    }

    /// <summary>The pipe as it was before the header was read; disposing it disposes the pipe.</summary>
    public Stream FromItsStart() => new ReplayStream(_read.ToArray(), pipe, leaveOpen: false);
}
