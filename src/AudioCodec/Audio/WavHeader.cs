using System.Buffers.Binary;

namespace AudioCodec.Audio;

/// <summary>Header of a WAV file.</summary>
/// <param name="FormatTag">Codec tag; the sub-format's where the file is WAVE_FORMAT_EXTENSIBLE.</param>
/// <param name="Channels">1 to 1024.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="BitsPerSample">Size of a sample's container, from the block size.</param>
/// <param name="BlockBytes">Bytes of one sample of all channels.</param>
/// <param name="DataBytes">Size of the sample data, or <see langword="null"/> when the writer did not know it.</param>
/// <param name="MayEndEarly">Whether the size is a placeholder, as programs write it to pipes, so that fewer samples are no damage.</param>
internal sealed record WavHeader(
    int FormatTag, int Channels, int SampleRateHz, int BitsPerSample, int BlockBytes, long? DataBytes, bool MayEndEarly)
{
    private const int FormatPcm = 1;
    private const int FormatFloat = 3;
    private const int FormatExtensible = 0xFFFE;
    private const uint UnknownSize = 0xFFFF_FFFF;

    /// <summary>The encoding of the samples, or <see langword="null"/> for a compressed kind.</summary>
    public PcmEncoding? Encoding => (FormatTag, BitsPerSample) switch
    {
        (FormatPcm, 8) => PcmEncoding.U8,
        (FormatPcm, 16) => PcmEncoding.S16,
        (FormatPcm, 24) => PcmEncoding.S24,
        (FormatPcm, 32) => PcmEncoding.S32,
        (FormatFloat, 32) => PcmEncoding.F32,
        (FormatFloat, 64) => PcmEncoding.F64,
        _ => null,
    };

    /// <summary>Whether a file starts as WAV does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> signature) =>
        signature[8..12].SequenceEqual("WAVE"u8)
        && (signature.StartsWith("RIFF"u8) || signature.StartsWith("RF64"u8) || signature.StartsWith("BW64"u8));

    /// <summary>Reads up to the first byte of the samples.</summary>
    /// <exception cref="AudioFormatException">The stream is not WAV, or its header is damaged.</exception>
    public static WavHeader Read(Stream stream, string path) => new Parser(new ContainerParser(stream, path, "WAV")).Parse();

    /// <summary>Reads the format chunk's content.</summary>
    /// <param name="parser">Positioned at it.</param>
    /// <param name="size">Its size.</param>
    /// <exception cref="AudioFormatException">It is damaged.</exception>
    public static WavHeader ReadFormat(ContainerParser parser, long size)
    {
        if (size < 16)
        {
            throw parser.Damaged($"its 'fmt ' chunk has {size} bytes, at least 16 are needed");
        }

        int taken = (int)Math.Min(size, 40);
        ReadOnlySpan<byte> body = parser.Take(taken, "the 'fmt ' chunk");
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(body);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(body[2..]);
        uint sampleRateHz = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        int blockBytes = BinaryPrimitives.ReadUInt16LittleEndian(body[12..]);
        int statedBits = BinaryPrimitives.ReadUInt16LittleEndian(body[14..]);
        if (tag == FormatExtensible && taken == 40)
        {
            // The sub-format is a GUID whose first two bytes are the codec tag.
            tag = BinaryPrimitives.ReadUInt16LittleEndian(body[24..]);
        }

        parser.Skip(size - taken);
        parser.Require(channels, sampleRateHz);

        // Sample sizes such as 12 or 20 bits are left-justified in the container (24 bits in 32 too), so the container's size counts.
        int bits = blockBytes % channels == 0 ? blockBytes / channels * 8 : 0;
        bool plain = tag is FormatPcm or FormatFloat;
        if (plain && (bits == 0 || statedBits > bits || statedBits == 0 || (tag == FormatFloat && statedBits != bits)))
        {
            throw parser.Damaged($"{statedBits}-bit samples of {channels} channels do not make blocks of {blockBytes} bytes");
        }

        return new WavHeader(tag, channels, (int)sampleRateHz, plain ? bits : statedBits, blockBytes, null, false);
    }

    private sealed class Parser(ContainerParser parser)
    {
        private long? _riffBytes;
        private long? _wideDataBytes;

        public WavHeader Parse()
        {
            ReadOnlySpan<byte> start = parser.Take(12, "the RIFF header");
            bool wide = start[..4].SequenceEqual("RF64"u8) || start[..4].SequenceEqual("BW64"u8);
            if ((!wide && !start[..4].SequenceEqual("RIFF"u8)) || !start[8..].SequenceEqual("WAVE"u8))
            {
                throw parser.Damaged("it does not start with RIFF/RF64 and WAVE");
            }

            uint riffSize = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
            _riffBytes = riffSize is 0 or UnknownSize ? null : riffSize;
            WavHeader? format = null;
            for (int chunk = 0; chunk < ContainerParser.MaxChunks && parser.Position < ContainerParser.MaxLeadingBytes; chunk++)
            {
                ReadOnlySpan<byte> head = parser.Take(8, format is null ? "the 'fmt ' chunk" : "the 'data' chunk");
                uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
                if (head[..4].SequenceEqual("data"u8))
                {
                    return WithData(format ?? throw parser.Damaged("the samples come before the 'fmt ' chunk"), size, wide);
                }

                if (head[..4].SequenceEqual("fmt "u8))
                {
                    format = ReadFormat(parser, size);
                    parser.Skip(size & 1);
                }
                else if (wide && head[..4].SequenceEqual("ds64"u8))
                {
                    ReadWideSizes(size);
                }
                else
                {
                    parser.Skip(Padded(size));
                }
            }

            throw parser.Damaged($"no 'data' chunk within its first {parser.Position} bytes");
        }

        /// <summary>Chunks start at even offsets.</summary>
        private static long Padded(uint size) => (long)size + (size & 1);

        private void ReadWideSizes(uint size)
        {
            if (size < 16)
            {
                throw parser.Damaged($"its 'ds64' chunk has {size} bytes, at least 16 are needed");
            }

            ReadOnlySpan<byte> body = parser.Take(16, "the 'ds64' chunk");
            _riffBytes = WideSize(body);
            _wideDataBytes = WideSize(body[8..]);
            parser.Skip(Padded(size) - 16);
        }

        /// <summary>Zero and all ones are placeholders of a writer that could not seek back to fill in the size.</summary>
        private static long? WideSize(ReadOnlySpan<byte> field)
        {
            long size = BinaryPrimitives.ReadInt64LittleEndian(field);
            return size <= 0 ? null : size;
        }

        private WavHeader WithData(WavHeader format, uint size, bool wide)
        {
            if (wide && size == UnknownSize)
            {
                return format with { DataBytes = _wideDataBytes };
            }

            // A size of 0 means an empty file only if the RIFF size leaves room for chunks behind it; else it is a placeholder.
            if (size == UnknownSize || (size == 0 && (_riffBytes is null || _riffBytes + 8 <= parser.Position)))
            {
                return format;
            }

            // On a pipe sox writes a little less than 2^31, other programs a little less than 2^32.
            bool placeholder = size is >= 0x7FFF_E000 and <= 0x7FFF_FFFF or >= 0xFFFF_0000;
            return format with { DataBytes = size, MayEndEarly = placeholder };
        }
    }
}
