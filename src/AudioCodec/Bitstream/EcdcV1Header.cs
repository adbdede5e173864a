namespace AudioCodec.Bitstream;

/// <summary>Header of a version-1 file: everything that its chunks have in common.</summary>
public sealed record EcdcV1Header
{
    /// <summary>Layout of the model; unlike version 0, the file states it.</summary>
    public required EcdcGeometry Geometry { get; init; }

    /// <summary>Codebooks K in the file.</summary>
    public required int Codebooks { get; init; }

    /// <summary>16 bytes that name the codec's weights.</summary>
    public required ReadOnlyMemory<byte> CodecFingerprint { get; init; }

    /// <summary>16 bytes that name the language model's weights, or empty where no chunk needs one.</summary>
    public ReadOnlyMemory<byte> CoderFingerprint { get; init; }

    /// <summary>Samples per second of the audio that was encoded, before resampling; 0 where unknown.</summary>
    public int OriginalSampleRateHz { get; init; }

    /// <summary>Channels of the audio that was encoded; 0 where unknown.</summary>
    public int OriginalChannels { get; init; }

    /// <summary>Frames that no chunk exceeds: 1 to 65535.</summary>
    public required int MaxChunkFrames { get; init; }

    /// <summary>Bytes of a fingerprint.</summary>
    public const int FingerprintBytes = 16;

    /// <summary>The header as it stands in a file.</summary>
    internal byte[] ToBytes()
    {
        var body = new ByteFields();
        body.U8((CoderFingerprint.IsEmpty ? 0 : 1) | (Geometry.HasScale ? 2 : 0));
        body.U8(Geometry.BitsPerCode);
        body.U16(Codebooks);
        body.U16(Geometry.Codebooks);
        body.U16(Geometry.Channels);
        body.U32((uint)Geometry.SampleRateHz);
        body.U32((uint)Geometry.FrameRateHz);
        body.U32((uint)Geometry.HopSamples);
        body.U32((uint)(Geometry.SegmentSamples ?? 0));
        body.U32((uint)(Geometry.SegmentStrideSamples ?? 0));
        body.U32((uint)OriginalSampleRateHz);
        body.U16(OriginalChannels);
        body.U16(MaxChunkFrames);
        body.Bytes(CodecFingerprint.Span);
        body.Bytes(CoderFingerprint.IsEmpty ? new byte[FingerprintBytes] : CoderFingerprint.Span);
        body.Text(Geometry.Model);
        if (body.Length > EcdcV1Format.MaxHeaderBytes || CodecFingerprint.Length != FingerprintBytes
            || CoderFingerprint.Length is not (0 or FingerprintBytes))
        {
            throw new ArgumentException($"The name '{Geometry.Model}' is too long, or a fingerprint has not {FingerprintBytes} bytes.");
        }

        var record = new ByteFields();
        record.Bytes("ECDC\u0001"u8);
        record.U16((int)body.Length);
        record.Bytes(body.Written);
        record.Checksum();
        return record.Written.ToArray();
    }

    /// <summary>Reads the header after <see cref="EcdcMagic.ReadVersion"/> has given 1.</summary>
    /// <exception cref="BitstreamException">The header is damaged.</exception>
    internal static EcdcV1Header ReadAfterVersion(Stream stream, out int headerBytes)
    {
        const int start = EcdcMagic.ByteCount + 2;
        byte[] size = EcdcV1Format.ReadExactly(stream, 2, EcdcMagic.ByteCount, "header");
        int length = size[0] | (size[1] << 8);
        if (length > EcdcV1Format.MaxHeaderBytes)
        {
            throw new BitstreamException(
                $"The header claims {length} bytes; at most {EcdcV1Format.MaxHeaderBytes} are allowed. The file is damaged.", 5, "header");
        }

        byte[] body = EcdcV1Format.ReadExactly(stream, length + EcdcV1Format.ChecksumBytes, start, "header");
        headerBytes = start + body.Length;
        if (!EcdcV1Format.ChecksumHolds([.. "ECDC\u0001"u8, .. size, .. body]))
        {
            throw new BitstreamException("The header's checksum does not match; the file is damaged.", 5, "header");
        }

        return Parse(body.AsSpan(0, length), start);
    }

    private static EcdcV1Header Parse(ReadOnlySpan<byte> body, long offset)
    {
        var fields = new FieldReader(body, offset, "header");
        int flags = fields.U8();
        int bits = fields.U8();
        int codebooks = fields.U16();
        int modelCodebooks = fields.U16();
        int channels = fields.U16();
        int sampleRate = Positive(ref fields);
        int frameRate = Positive(ref fields);
        int hop = Positive(ref fields);
        int segment = Positive(ref fields);
        int stride = Positive(ref fields);
        int originalRate = Positive(ref fields);
        int originalChannels = fields.U16();
        int maxChunkFrames = fields.U16();
        byte[] codec = fields.Take(FingerprintBytes).ToArray();
        byte[] coder = fields.Take(FingerprintBytes).ToArray();
        var geometry = new EcdcGeometry
        {
            Model = fields.Text(),
            SampleRateHz = sampleRate,
            Channels = channels,
            FrameRateHz = frameRate,
            HopSamples = hop,
            BitsPerCode = bits,
            Codebooks = modelCodebooks,
            SegmentSamples = segment == 0 ? null : segment,
            SegmentStrideSamples = stride == 0 ? null : stride,
            HasScale = (flags & 2) != 0,
        };
        try
        {
            geometry.Validate();
        }
        catch (ArgumentException)
        {
            throw fields.Bad("describes a model that cannot be");
        }

        bool framesFit = segment == 0 || geometry.FrameCount(segment) is >= 1 and <= EcdcV1Format.MaxChunkFrames;
        return flags > 3 || codebooks == 0 || codebooks > modelCodebooks || maxChunkFrames == 0 || fields.Left > 0 || !framesFit
            ? throw fields.Bad("holds values that do not go together")
            : new EcdcV1Header
            {
                Geometry = geometry,
                Codebooks = codebooks,
                CodecFingerprint = codec,
                CoderFingerprint = (flags & 1) != 0 ? coder : ReadOnlyMemory<byte>.Empty,
                OriginalSampleRateHz = originalRate,
                OriginalChannels = originalChannels,
                MaxChunkFrames = maxChunkFrames,
            };
    }

    private static int Positive(ref FieldReader fields)
    {
        uint value = fields.U32();
        return value <= int.MaxValue ? (int)value : throw fields.Bad($"holds {value} where less than 2^31 is expected");
    }
}
