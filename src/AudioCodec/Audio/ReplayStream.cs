using AudioCodec.Files;

namespace AudioCodec.Audio;

/// <summary>A pipe whose first bytes were taken to see what it carries, and are given again.</summary>
internal sealed class ReplayStream(byte[] start, Stream rest, bool leaveOpen) : ForwardOnlyStream
{
    private int _replayed;

    public override bool CanRead => true;

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

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            rest.Dispose();
        }

        base.Dispose(disposing);
    }
}
