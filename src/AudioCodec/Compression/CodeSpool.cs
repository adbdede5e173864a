using System.Runtime.InteropServices;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Files;

namespace AudioCodec.Compression;

/// <summary>Stores codes until the length of the audio is known, which the header of an <c>.ecdc</c> file states.</summary>
/// <remarks>
/// Two bytes a code: an hour of 24 kHz mono takes 4 MB at 6 kbit/s. Beyond <see cref="MemoryLimitBytes"/> the codes go to a
/// temporary file, so that memory is bounded whatever the length.
/// </remarks>
internal sealed class CodeSpool(int codebooks, int memoryLimitBytes = CodeSpool.MemoryLimitBytes) : ICodeSink, IDisposable
{
    /// <summary>Most bytes of codes in memory.</summary>
    public const int MemoryLimitBytes = 16 << 20;

    private readonly List<Segment> _segments = [];
    private Stream _codes = new MemoryStream();

    /// <summary>Frames of all segments.</summary>
    public long Frames { get; private set; }

    /// <inheritdoc/>
    public void BeginSegment(float scale) => _segments.Add(new Segment(scale, 0));

    /// <inheritdoc/>
    public void WriteFrames(ReadOnlySpan<ushort> codes)
    {
        if (_codes is MemoryStream memory && memory.Length + (codes.Length * sizeof(ushort)) > memoryLimitBytes)
        {
            _codes = Spill(memory);
        }

        _codes.Write(MemoryMarshal.AsBytes(codes));
        int frames = codes.Length / codebooks;
        Frames += frames;
        Segment last = _segments[^1];
        _segments[^1] = last with { Frames = last.Frames + frames };
    }

    /// <summary>Writes all codes to a writer, which is not completed.</summary>
    public void Replay(IEcdcWriter writer, CancellationToken cancellationToken)
    {
        _codes.Position = 0;
        var block = new ushort[512 * codebooks];
        foreach (Segment segment in _segments)
        {
            writer.BeginSegment(segment.Scale);
            for (long left = segment.Frames; left > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<ushort> part = block.AsSpan(0, (int)Math.Min(left * codebooks, block.Length));
                _codes.ReadExactly(MemoryMarshal.AsBytes(part));
                writer.WriteFrames(part);
                left -= part.Length / codebooks;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _codes.Dispose();

    private static FileStream Spill(MemoryStream memory)
    {
        FileStream file = TemporaryFile.Create();
        memory.WriteTo(file);
        memory.Dispose();
        return file;
    }

    private readonly record struct Segment(float Scale, long Frames);
}
