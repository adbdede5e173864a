using AudioCodec.Files;

namespace AudioCodec.Audio;

/// <summary>Keeps what is read of a pipe's header, so that another reader can have the pipe from the same place.</summary>
internal sealed class RecordedHeader(Stream pipe) : ForwardOnlyStream
{
    private const int MostBytes = 1 << 20;

    private MemoryStream? _read = new();

    public override bool CanRead => true;

    /// <summary>Whether all that was read is kept; of headers over 1 MiB nothing more is.</summary>
    public bool IsWhole => _read is not null;

    public override int Read(Span<byte> buffer)
    {
        int read = pipe.Read(buffer);
        if (_read?.Length + read > MostBytes)
        {
            Forget();
        }

        _read?.Write(buffer[..read]);
        return read;
    }

    /// <summary>Frees what was kept, and keeps no more: the reader of the header stays that of the rest.</summary>
    public void Forget() => _read = null;

    /// <summary>The pipe as it was before the header was read; disposing it disposes the pipe.</summary>
    public Stream FromItsStart() => new ReplayStream(_read!.ToArray(), pipe, leaveOpen: false); // Asked for only of a whole one.

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pipe.Dispose();
        }

        base.Dispose(disposing);
    }
}
