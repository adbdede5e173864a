namespace AudioCodec.Audio;

/// <summary>Reads the uncompressed samples behind a header, of WAV, AIFF, CAF and AU.</summary>
/// <remarks>
/// A file that is shorter than its header states is read to its end, with a warning. NaN and infinity in float
/// samples are read as 0, counted in <see cref="NonFiniteSamples"/> and warned about.
/// </remarks>
internal class PcmContainerReader : AudioSource
{
    private const int BlockBytesTarget = 1 << 16;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly bool _leaveOpen;
    private readonly PcmLayout _layout;
    private readonly byte[] _block;
    private readonly List<string> _warnings = [];
    private readonly long? _lengthSamples;
    private long _remainingBytes;
    private long _samplesRead;
    private bool _ended;

    /// <summary>Starts at the samples.</summary>
    /// <param name="stream">Positioned at the first sample; need not be seekable.</param>
    /// <param name="layout">What the header said.</param>
    /// <param name="path">Name for messages.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader.</param>
    /// <exception cref="AudioFormatException">The header states samples, and none are there.</exception>
    public PcmContainerReader(Stream stream, PcmLayout layout, string path, bool leaveOpen)
    {
        _stream = stream;
        _path = path;
        _leaveOpen = leaveOpen;
        _layout = layout;
        _block = new byte[Math.Max(1, BlockBytesTarget / layout.BlockBytes) * layout.BlockBytes];
        _remainingBytes = layout.DataBytes ?? long.MaxValue;
        if (stream.CanSeek)
        {
            LimitToFile(stream.Length - stream.Position);
            _lengthSamples = _remainingBytes / layout.BlockBytes;
        }
        else if (layout.DataBytes is long bytes && !layout.MayEndEarly)
        {
            _lengthSamples = bytes / layout.BlockBytes;
        }
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _layout.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _layout.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => _lengthSamples;

    /// <summary>How the samples are stored.</summary>
    public PcmEncoding Encoding => _layout.Encoding;

    /// <summary>How many samples so far were NaN or infinite and read as 0.</summary>
    public long NonFiniteSamples { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => NonFiniteSamples == 0
        ? _warnings
        : [.. _warnings, $"{NonFiniteSamples} samples were NaN or infinite and were read as 0."];

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int wanted = Math.Min(destination.Length / Channels, _block.Length / _layout.BlockBytes);
        int bytes = (int)Math.Min((long)wanted * _layout.BlockBytes, _remainingBytes);
        if (_ended || bytes == 0)
        {
            return 0;
        }

        int read = _stream.ReadAtLeast(_block.AsSpan(0, bytes), bytes, throwOnEndOfStream: false);
        _remainingBytes -= read;
        int samples = read / _layout.BlockBytes;
        _samplesRead += samples;
        if (read < bytes || _remainingBytes == 0)
        {
            End(read % _layout.BlockBytes);
        }

        int values = samples * Channels;
        if (_layout.BigEndian)
        {
            PcmSamples.SwapByteOrder(_block.AsSpan(0, samples * _layout.BlockBytes), _layout.SampleBytes);
        }

        NonFiniteSamples += PcmSamples.Decode(Encoding, _block, destination[..values]);
        return samples;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_leaveOpen)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private void LimitToFile(long available)
    {
        available = Math.Max(available, 0);
        if (available >= _remainingBytes)
        {
            return;
        }

        if (_layout.DataBytes is not null && !_layout.MayEndEarly)
        {
            WarnTruncated(available / _layout.BlockBytes);
        }

        _remainingBytes = available;
    }

    private void End(int partialBytes)
    {
        _ended = true;
        if (partialBytes > 0)
        {
            _warnings.Add($"The last {partialBytes} bytes are an incomplete sample and were ignored.");
        }

        if (!_stream.CanSeek && _lengthSamples > _samplesRead)
        {
            WarnTruncated(_samplesRead);
        }
    }

    /// <exception cref="AudioFormatException">Nothing is left.</exception>
    private void WarnTruncated(long present)
    {
        string text = $"its header states {_layout.DataBytes / _layout.BlockBytes} samples per channel, it holds {(present == 0 ? "none" : present)}.";
        _warnings.Add(present > 0 ? $"The file is truncated: {text}" : throw new AudioFormatException($"'{_path}' is truncated: {text}", _path));
    }
}
