using AudioCodec.Files;

namespace AudioCodec.Cli.Session;

/// <summary>Reads a pipe or terminal, on which a read may wait for ever, in a way that Ctrl-C ends.</summary>
/// <remarks>A read that was given up stays behind on its thread, which does not keep the process alive.</remarks>
internal sealed class InterruptibleStream(Stream source, CancellationToken cancellationToken) : ForwardOnlyStream
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    public override bool CanRead => true;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The user wants to stop.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_start == _end && !buffer.IsEmpty)
        {
            Task<int> reading = Task.Run(() => source.Read(_buffer), CancellationToken.None);
            Task.WaitAny([reading], cancellationToken);
            _start = 0;
            _end = reading.GetAwaiter().GetResult();
        }

        int count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        // After an interrupt a read may still be under way, for which the source has to stay open.
        if (disposing && !cancellationToken.IsCancellationRequested)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
