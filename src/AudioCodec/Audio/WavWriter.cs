using System.Buffers.Binary;

namespace AudioCodec.Audio;

/// <summary>Writes WAV: PCM of 8 to 32 bits or float of 32 or 64, as RIFF or, above 4 GB, RF64.</summary>
/// <remarks>
/// On a seekable stream <see cref="Complete"/> fills in the sizes. On a pipe they are those announced, or else
/// 0xFFFFFFFF, which readers take as "to the end". Integers are rounded to nearest and clipped at full scale; to clip earlier
/// or to rescale use <see cref="PeakGuard"/>. The 44-byte header is written whenever the length is announced; when it is not,
/// a seekable file gets 36 bytes more, which become the RF64 sizes if the file outgrows 4 GB. Source: EBU Tech 3306.
/// </remarks>
public sealed class WavWriter : AudioSink
{
    private const int BlockBytesTarget = 1 << 16;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly WavLayout _layout;
    private readonly long? _announcedSamples;
    private readonly long _startOffset;
    private readonly byte[] _block;
    private long _samplesWritten;
    private bool _complete;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Receives the file from its current position on; need not be seekable.</param>
    /// <param name="sampleRateHz">Samples per second and channel.</param>
    /// <param name="channels">Number of channels, 1 to 1024.</param>
    /// <param name="encoding">How to store the samples; not <see cref="PcmEncoding.S8"/>, which WAV does not have.</param>
    /// <param name="lengthSamples">Samples per channel if known; exactly that many must then be written.</param>
    /// <param name="leaveOpen">Whether the stream outlives the writer.</param>
    public WavWriter(
        Stream stream,
        int sampleRateHz,
        int channels,
        PcmEncoding encoding = PcmEncoding.S16,
        long? lengthSamples = null,
        bool leaveOpen = false)
        : this(stream, sampleRateHz, channels, encoding, lengthSamples, leaveOpen, uint.MaxValue)
    {
    }

    /// <summary>As the public constructor, with the size from which a file is RF64 (tests cannot write 4 GB).</summary>
    internal WavWriter(
        Stream stream, int sampleRateHz, int channels, PcmEncoding encoding, long? lengthSamples, bool leaveOpen, uint riffLimitBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRateHz, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 1024);
        if (lengthSamples is long length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(lengthSamples));
        }

        if (encoding == PcmEncoding.S8)
        {
            throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "WAV stores 8-bit samples unsigned: use U8.");
        }

        _stream = stream;
        _leaveOpen = leaveOpen;
        _announcedSamples = lengthSamples;
        _layout = new WavLayout(sampleRateHz, channels, encoding, lengthSamples, stream.CanSeek, riffLimitBytes);
        _block = new byte[Math.Max(1, BlockBytesTarget / _layout.BlockBytes) * _layout.BlockBytes];
        _startOffset = stream.CanSeek ? stream.Position : 0;
        stream.Write(_layout.Header(lengthSamples));
    }

    /// <summary>A WAV file of 16-bit samples in memory.</summary>
    /// <exception cref="IOException">The file does not fit into one array.</exception>
    public static byte[] ToBytes(AudioBuffer audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        using var file = new MemoryStream();
        using var writer = new WavWriter(file, audio.SampleRateHz, audio.Channels, PcmEncoding.S16, audio.LengthSamples, leaveOpen: true);
        var interleaved = new float[audio.Samples.Length];
        audio.ReadInterleaved(0, interleaved);
        writer.Write(interleaved);
        writer.Complete();
        return file.ToArray();
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _layout.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _layout.Channels;

    /// <summary>How the samples are stored.</summary>
    public PcmEncoding Encoding => _layout.Encoding;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> samples)
    {
        if (samples.Length % Channels != 0)
        {
            throw new ArgumentException($"{samples.Length} samples do not divide into {Channels} channels.", nameof(samples));
        }

        if (_complete)
        {
            throw new InvalidOperationException("The WAV file is complete already.");
        }

        long total = _samplesWritten + (samples.Length / Channels);
        if (total > _announcedSamples)
        {
            throw new InvalidOperationException($"{total} samples per channel written, {_announcedSamples} were announced.");
        }

        int valuesPerBlock = _block.Length / PcmSamples.BytesPerSample(Encoding);
        while (!samples.IsEmpty)
        {
            ReadOnlySpan<float> part = samples[..Math.Min(samples.Length, valuesPerBlock)];
            Span<byte> bytes = _block.AsSpan(0, part.Length * PcmSamples.BytesPerSample(Encoding));
            PcmSamples.Encode(Encoding, part, bytes);
            _stream.Write(bytes);
            samples = samples[part.Length..];
        }

        _samplesWritten = total;
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (_complete)
        {
            throw new InvalidOperationException("The WAV file is complete already.");
        }

        if (_samplesWritten < _announcedSamples)
        {
            throw new InvalidOperationException($"{_samplesWritten} samples per channel written, {_announcedSamples} were announced.");
        }

        _complete = true;
        if (_layout.DataBytes(_samplesWritten) % 2 == 1 && (_stream.CanSeek || _announcedSamples is not null))
        {
            _stream.WriteByte(0);
        }

        if (_stream.CanSeek && _announcedSamples is null)
        {
            long end = _stream.Position;
            _stream.Position = _startOffset;
            _stream.Write(_layout.Header(_samplesWritten));
            _stream.Position = end;
        }

        _stream.Flush();
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

    /// <summary>The bytes before the samples; their number does not depend on the length.</summary>
    private sealed class WavLayout
    {
        private const uint UnknownSize = 0xFFFF_FFFF;
        private const int WideSizesBytes = 28;

        private readonly uint _riffLimitBytes;
        private readonly bool _reservesWideSizes;
        private readonly bool _extensible;
        private readonly bool _isFloat;

        public WavLayout(int sampleRateHz, int channels, PcmEncoding encoding, long? lengthSamples, bool seekable, uint riffLimitBytes)
        {
            _riffLimitBytes = riffLimitBytes;
            SampleRateHz = sampleRateHz;
            Channels = channels;
            Encoding = encoding;
            BlockBytes = channels * PcmSamples.BytesPerSample(encoding);
            _isFloat = encoding is PcmEncoding.F32 or PcmEncoding.F64;
            _extensible = channels > 2;
            _reservesWideSizes = lengthSamples is long length ? !FitsRiff(length, 128) : seekable;
        }

        public int SampleRateHz { get; }

        public int Channels { get; }

        public PcmEncoding Encoding { get; }

        public int BlockBytes { get; }

        private int FormatBytes => _extensible ? 40 : _isFloat ? 18 : 16;

        private int HeaderBytes => 12 + (_reservesWideSizes ? 8 + WideSizesBytes : 0) + 8 + FormatBytes + (_isFloat ? 12 : 0) + 8;

        public long DataBytes(long lengthSamples) => checked(lengthSamples * BlockBytes);

        public byte[] Header(long? lengthSamples)
        {
            var header = new byte[HeaderBytes];
            bool wide = lengthSamples is long known && !FitsRiff(known, HeaderBytes);
            long dataBytes = lengthSamples is long length ? DataBytes(length) : 0;
            long riffBytes = HeaderBytes - 8 + dataBytes + (dataBytes & 1);
            bool sizesIn32 = lengthSamples is not null && !wide;
            Span<byte> rest = header;
            Tag(ref rest, wide ? "RF64"u8 : "RIFF"u8, sizesIn32 ? (uint)riffBytes : UnknownSize);
            "WAVE"u8.CopyTo(rest);
            rest = rest[4..];
            if (_reservesWideSizes)
            {
                Tag(ref rest, wide ? "ds64"u8 : "JUNK"u8, WideSizesBytes);
                if (wide)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(rest, riffBytes);
                    BinaryPrimitives.WriteInt64LittleEndian(rest[8..], dataBytes);
                    BinaryPrimitives.WriteInt64LittleEndian(rest[16..], lengthSamples ?? 0);
                }

                rest = rest[WideSizesBytes..];
            }

            WriteFormat(ref rest);
            if (_isFloat)
            {
                Tag(ref rest, "fact"u8, 4);
                BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)Math.Min(lengthSamples ?? UnknownSize, UnknownSize));
                rest = rest[4..];
            }

            Tag(ref rest, "data"u8, sizesIn32 ? (uint)dataBytes : UnknownSize);
            return header;
        }

        private static void Tag(ref Span<byte> rest, ReadOnlySpan<byte> name, uint size)
        {
            name.CopyTo(rest);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], size);
            rest = rest[8..];
        }

        private bool FitsRiff(long lengthSamples, int headerBytes) =>
            DataBytes(lengthSamples) + headerBytes < _riffLimitBytes;

        private void WriteFormat(ref Span<byte> rest)
        {
            int bits = PcmSamples.BytesPerSample(Encoding) * 8;
            ushort tag = (ushort)(_isFloat ? 3 : 1);
            Tag(ref rest, "fmt "u8, (uint)FormatBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(rest, _extensible ? (ushort)0xFFFE : tag);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], (ushort)Channels);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], (uint)SampleRateHz);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[8..], unchecked((uint)SampleRateHz * (uint)BlockBytes));
            BinaryPrimitives.WriteUInt16LittleEndian(rest[12..], (ushort)BlockBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[14..], (ushort)bits);
            if (_extensible)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(rest[16..], 22);
                BinaryPrimitives.WriteUInt16LittleEndian(rest[18..], (ushort)bits);

                // No speaker positions (mask 0): the channels are in the order the caller gave.
                BinaryPrimitives.WriteUInt16LittleEndian(rest[24..], tag);
                ReadOnlySpan<byte> subFormatTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
                subFormatTail.CopyTo(rest[26..]);
            }

            rest = rest[FormatBytes..];
        }
    }
}
