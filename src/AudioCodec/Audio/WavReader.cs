namespace AudioCodec.Audio;

/// <summary>Reads WAV files and pipes: PCM of 8 to 32 bits, float of 32 and 64, WAVE_FORMAT_EXTENSIBLE, RF64.</summary>
/// <remarks>
/// A file that is shorter than its header states is read to its end, with a warning. NaN and infinity in float
/// samples are read as 0, counted in <see cref="NonFiniteSamples"/> and warned about. Source: RFC 2361, EBU Tech 3306.
/// </remarks>
internal sealed class WavReader : AudioSource
{
    private const int BlockBytesTarget = 1 << 16;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly bool _leaveOpen;
    private readonly WavHeader _header;
    private readonly PcmEncoding _encoding;
    private readonly byte[] _block;
    private readonly List<string> _warnings = [];
    private readonly long? _lengthSamples;
    private long _remainingBytes;
    private long _samplesRead;
    private bool _ended;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">Positioned at the first byte; need not be seekable.</param>
    /// <param name="path">Name for messages, <c>-</c> for a pipe.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader.</param>
    /// <exception cref="AudioFormatException">The header is damaged, or the samples are compressed.</exception>
    public WavReader(Stream stream, string path = "-", bool leaveOpen = false)
        : this(stream, WavHeader.Read(stream, path), path, leaveOpen)
    {
    }

    internal WavReader(Stream stream, WavHeader header, string path, bool leaveOpen)
    {
        _stream = stream;
        _path = path;
        _leaveOpen = leaveOpen;
        _header = header;
        _encoding = header.Encoding ?? throw new AudioFormatException(
            $"'{path}' holds WAV samples of kind 0x{header.FormatTag:X4} with {header.BitsPerSample} bits; PCM of 8, 16, 24 or 32 bits "
            + "and float of 32 or 64 can be read. Convert the file, for example with ffmpeg.",
            path);
        _block = new byte[Math.Max(1, BlockBytesTarget / header.BlockBytes) * header.BlockBytes];
        _remainingBytes = header.DataBytes ?? long.MaxValue;
        if (stream.CanSeek)
        {
            LimitToFile(stream.Length - stream.Position);
            _lengthSamples = _remainingBytes / header.BlockBytes;
        }
        else if (header.DataBytes is long bytes && !header.MayEndEarly)
        {
            _lengthSamples = bytes / header.BlockBytes;
        }
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _header.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _header.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => _lengthSamples;

    /// <summary>How the samples are stored.</summary>
    public PcmEncoding Encoding => _encoding;

    /// <summary>How many samples so far were NaN or infinite and read as 0.</summary>
    public long NonFiniteSamples { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => NonFiniteSamples == 0
        ? _warnings
        : [.. _warnings, $"{NonFiniteSamples} samples were NaN or infinite and were read as 0."];

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int wanted = Math.Min(destination.Length / Channels, _block.Length / _header.BlockBytes);
        int bytes = (int)Math.Min((long)wanted * _header.BlockBytes, _remainingBytes);
        if (_ended || bytes == 0)
        {
            return 0;
        }

        int read = _stream.ReadAtLeast(_block.AsSpan(0, bytes), bytes, throwOnEndOfStream: false);
        _remainingBytes -= read;
        int samples = read / _header.BlockBytes;
        _samplesRead += samples;
        if (read < bytes || _remainingBytes == 0)
        {
            End(read % _header.BlockBytes);
        }

        int values = samples * Channels;
        NonFiniteSamples += PcmSamples.Decode(_encoding, _block, destination[..values]);
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

        if (_header.DataBytes is not null && !_header.MayEndEarly)
        {
            WarnTruncated(available / _header.BlockBytes);
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
        string text = $"its header states {_header.DataBytes / _header.BlockBytes} samples per channel, it holds {(present == 0 ? "none" : present)}.";
        _warnings.Add(present > 0 ? $"The file is truncated: {text}" : throw new AudioFormatException($"'{_path}' is truncated: {text}", _path));
    }
}
