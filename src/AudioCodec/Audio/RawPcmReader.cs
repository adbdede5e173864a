namespace AudioCodec.Audio;

/// <summary>Reads samples without a header to the end of the stream.</summary>
/// <param name="stream">Positioned at the first sample; need not be seekable.</param>
/// <param name="format">Format of the samples.</param>
/// <param name="leaveOpen">Whether the stream outlives the reader.</param>
public sealed class RawPcmReader(Stream stream, RawPcmFormat format, bool leaveOpen = false) : AudioSource
{
    private const int BlockBytesTarget = 1 << 16;

    private readonly int _sampleBytes = PcmSamples.BytesPerSample(format.Encoding);
    private readonly byte[] _block =
        new byte[Math.Max(1, BlockBytesTarget / BytesPerFrame(format)) * BytesPerFrame(format)];

    private long _nonFiniteSamples;
    private int _partialBytes;

    /// <inheritdoc/>
    public override int SampleRateHz => format.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => format.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples { get; } =
        stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) / BytesPerFrame(format) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings
    {
        get
        {
            var warnings = new List<string>();
            if (_partialBytes > 0)
            {
                warnings.Add($"The last {_partialBytes} bytes are an incomplete sample and were ignored.");
            }

            if (_nonFiniteSamples > 0)
            {
                warnings.Add($"{_nonFiniteSamples} samples were NaN or infinite and were read as 0.");
            }

            return warnings;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int frameBytes = BytesPerFrame(format);
        int bytes = Math.Min(destination.Length / Channels * frameBytes, _block.Length);
        int read = stream.ReadAtLeast(_block.AsSpan(0, bytes), bytes, throwOnEndOfStream: false);
        int samples = read / frameBytes;
        _partialBytes = Math.Max(_partialBytes, read % frameBytes);
        Span<byte> data = _block.AsSpan(0, samples * frameBytes);
        if (format.BigEndian)
        {
            PcmSamples.SwapByteOrder(data, _sampleBytes);
        }

        _nonFiniteSamples += PcmSamples.Decode(format.Encoding, data, destination[..(samples * Channels)]);
        return samples;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int BytesPerFrame(RawPcmFormat format) => PcmSamples.BytesPerSample(format.Encoding) * format.Channels;
}
