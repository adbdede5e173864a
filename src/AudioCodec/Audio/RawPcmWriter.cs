namespace AudioCodec.Audio;

/// <summary>Writes samples without a header; integers are rounded to nearest and clipped at full scale.</summary>
/// <param name="stream">Receives the bytes; need not be seekable.</param>
/// <param name="format">How to store the samples.</param>
/// <param name="leaveOpen">Whether the stream outlives the writer.</param>
public sealed class RawPcmWriter(Stream stream, RawPcmFormat format, bool leaveOpen = false) : AudioSink
{
    private readonly int _sampleBytes = PcmSamples.BytesPerSample(format.Encoding);
    private readonly byte[] _block = new byte[(1 << 13) * PcmSamples.BytesPerSample(format.Encoding)];
    private bool _complete;

    /// <inheritdoc/>
    public override int SampleRateHz => format.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => format.Channels;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> samples)
    {
        if (samples.Length % Channels != 0)
        {
            throw new ArgumentException($"{samples.Length} samples do not divide into {Channels} channels.", nameof(samples));
        }

        ThrowIfComplete();
        while (!samples.IsEmpty)
        {
            ReadOnlySpan<float> part = samples[..Math.Min(samples.Length, _block.Length / _sampleBytes)];
            Span<byte> bytes = _block.AsSpan(0, part.Length * _sampleBytes);
            PcmSamples.Encode(format.Encoding, part, bytes);
            if (format.BigEndian)
            {
                PcmSamples.SwapByteOrder(bytes, _sampleBytes);
            }

            stream.Write(bytes);
            samples = samples[part.Length..];
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        ThrowIfComplete();
        _complete = true;
        stream.Flush();
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

    private void ThrowIfComplete()
    {
        if (_complete)
        {
            throw new InvalidOperationException("The output is complete already.");
        }
    }
}
