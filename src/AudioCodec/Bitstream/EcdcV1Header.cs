namespace AudioCodec.Bitstream;

/// <summary>Header of a version-1 file: the properties that all chunks share.</summary>
internal sealed record EcdcV1Header : EcdcHeader
{
    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override string ModelName => Geometry.Model;

    /// <summary>Layout of the model; unlike version 0, the file states it.</summary>
    public required EcdcGeometry Geometry { get; init; }

    /// <inheritdoc/>
    public override bool IsEntropyCoded => !CoderFingerprint.IsEmpty;

    /// <summary>First 8 bytes of the fingerprint of the codec's encoder and codebooks.</summary>
    public required ReadOnlyMemory<byte> CodecFingerprint { get; init; }

    /// <summary>First 8 bytes of the fingerprint of the language model's weights, or empty where no chunk needs one.</summary>
    public ReadOnlyMemory<byte> CoderFingerprint { get; init; }

    /// <summary>First 8 bytes of the fingerprint of the decoder that the codec had when the file was made, or empty where the file does not say; no reader needs it.</summary>
    public ReadOnlyMemory<byte> DecoderFingerprint { get; init; }

    /// <summary>Samples per second of the audio that was encoded, before resampling; 0 where unknown.</summary>
    public int OriginalSampleRateHz { get; init; }

    /// <summary>Channels of the audio that was encoded; 0 where unknown.</summary>
    public int OriginalChannels { get; init; }

    /// <summary>Bytes of the tags behind the header; 0 where there are none.</summary>
    public int TagBytes { get; init; }

    /// <summary>Most frames of a chunk: 1 to 65535.</summary>
    public required int MaxChunkFrames { get; init; }

    /// <summary>Bytes of a fingerprint that are stored in a file.</summary>
    public const int FingerprintBytes = 8;

    private const int FlagCoder = 1;
    private const int FlagScale = 2;
    private const int FlagSegments = 4;
    private const int FlagOriginal = 8;
    private const int FlagDecoder = 16;

    /// <summary>The header as stored in a file.</summary>
    /// <param name="tagBytes">Bytes of the tags, or 0 where there are none.</param>
    internal byte[] ToBytes(int tagBytes)
    {
        if (CodecFingerprint.Length != FingerprintBytes || CoderFingerprint.Length is not (0 or FingerprintBytes)
            || DecoderFingerprint.Length is not (0 or FingerprintBytes))
        {
            throw new ArgumentException($"A fingerprint of {FingerprintBytes} bytes is expected.");
        }

        var body = new ByteFields();
        bool original = OriginalSampleRateHz > 0 || OriginalChannels > 0;
        body.U8((CoderFingerprint.IsEmpty ? 0 : FlagCoder) | (Geometry.HasScale ? FlagScale : 0)
            | (Geometry.SegmentSamples is null ? 0 : FlagSegments) | (original ? FlagOriginal : 0)
            | (DecoderFingerprint.IsEmpty ? 0 : FlagDecoder));
        body.U8(Geometry.BitsPerCode);
        body.Variable(Codebooks);
        body.Variable(Geometry.Codebooks);
        body.Variable(Geometry.Channels);
        body.Variable(Geometry.SampleRateHz);
        body.Variable(Geometry.FrameRateHz);
        body.Variable(Geometry.HopSamples);
        if (Geometry is { SegmentSamples: int segment, SegmentStrideSamples: int stride })
        {
            body.Variable(segment);
            body.Variable(stride);
        }

        if (original)
        {
            body.Variable(OriginalSampleRateHz);
            body.Variable(OriginalChannels);
        }

        body.Variable(MaxChunkFrames);
        body.Variable(tagBytes);
        body.Bytes(CodecFingerprint.Span);
        body.Bytes(CoderFingerprint.Span);
        body.Bytes(DecoderFingerprint.Span);
        body.Text(Geometry.Model);
        var record = new ByteFields();
        record.Bytes("ECDC\u0001"u8);
        record.U16((int)Math.Min(body.Length, ushort.MaxValue));
        record.Bytes(body.Written);
        record.Checksum();
        return body.Length <= EcdcV1Format.MaxHeaderBytes
            ? record.Written.ToArray()
            : throw new ArgumentException($"The name '{Geometry.Model}' is too long.");
    }

    /// <summary>Reads the header behind the version byte.</summary>
    /// <exception cref="BitstreamException">The header is damaged.</exception>
    internal static EcdcV1Header ReadAfterVersion(Stream stream)
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
        if (!EcdcV1Format.ChecksumHolds([.. "ECDC\u0001"u8, .. size, .. body]))
        {
            throw new BitstreamException("The header's checksum does not match; the file is damaged.", 5, "header");
        }

        var fields = new FieldReader(body.AsSpan(0, length), start, "header");
        return Parse(ref fields) with { ByteCount = start + body.Length };
    }

    private static EcdcV1Header Parse(ref FieldReader fields)
    {
        int flags = fields.U8();
        int bits = fields.U8();
        int codebooks = Positive(ref fields);
        int modelCodebooks = Positive(ref fields);
        int channels = Positive(ref fields);
        int sampleRate = Positive(ref fields);
        int frameRate = Positive(ref fields);
        int hop = Positive(ref fields);
        bool segmented = (flags & FlagSegments) != 0;
        int segment = segmented ? Positive(ref fields) : 0;
        int stride = segmented ? Positive(ref fields) : 0;
        bool original = (flags & FlagOriginal) != 0;
        int originalRate = original ? Positive(ref fields) : 0;
        int originalChannels = original ? Positive(ref fields) : 0;
        int maxChunkFrames = Positive(ref fields);
        int tagBytes = Positive(ref fields);
        byte[] codec = fields.Take(FingerprintBytes).ToArray();
        byte[] coder = (flags & FlagCoder) != 0 ? fields.Take(FingerprintBytes).ToArray() : [];
        byte[] decoder = (flags & FlagDecoder) != 0 ? fields.Take(FingerprintBytes).ToArray() : [];
        var geometry = new EcdcGeometry
        {
            Model = fields.Text(),
            SampleRateHz = sampleRate,
            Channels = channels,
            FrameRateHz = frameRate,
            HopSamples = hop,
            BitsPerCode = bits,
            Codebooks = modelCodebooks,
            SegmentSamples = segmented ? segment : null,
            SegmentStrideSamples = segmented ? stride : null,
            HasScale = (flags & FlagScale) != 0,
        };
        try
        {
            geometry.Validate();
        }
        catch (ArgumentException)
        {
            throw fields.Fault("describes an impossible model");
        }

        bool framesFit = !segmented || geometry.FrameCount(segment) is >= 1 and <= EcdcV1Format.MaxChunkFrames;
        bool chunksFit = maxChunkFrames is >= 1 and <= EcdcV1Format.MaxChunkFrames && (long)maxChunkFrames * codebooks <= EcdcV1Format.MaxChunkCodes;
        return flags > (FlagCoder | FlagScale | FlagSegments | FlagOriginal | FlagDecoder) || codebooks == 0 || codebooks > modelCodebooks || fields.Remaining > 0
            || !framesFit || !chunksFit || tagBytes > EcdcTags.MaxBytes
            ? throw fields.Fault("holds values that contradict each other")
            : new EcdcV1Header
            {
                Geometry = geometry,
                Codebooks = codebooks,
                CodecFingerprint = codec,
                CoderFingerprint = coder,
                DecoderFingerprint = decoder,
                OriginalSampleRateHz = originalRate,
                OriginalChannels = originalChannels,
                MaxChunkFrames = maxChunkFrames,
                TagBytes = tagBytes,
            };
    }

    private static int Positive(ref FieldReader fields)
    {
        long value = fields.Variable();
        return value <= int.MaxValue ? (int)value : throw fields.Fault($"holds {value} where less than 2^31 is expected");
    }
}
