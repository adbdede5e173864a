using AudioCodec.Bitstream;

namespace AudioCodec;

/// <summary>Properties of an <c>.ecdc</c> file.</summary>
public sealed record EcdcInfo
{
    /// <summary>Version of the format: 0 or 1.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>Name of the codec that made it.</summary>
    public required string Model { get; init; }

    /// <summary>First bytes of the fingerprint of the codec's encoder and codebooks, in hexadecimal, or <see langword="null"/> (version 0).</summary>
    public string? ModelFingerprint { get; init; }

    /// <summary>The same of the decoder that the codec had when the file was made, or <see langword="null"/> where the file does not say. Others of the same codec play it too.</summary>
    public string? DecoderFingerprint { get; init; }

    /// <summary>Sample rate of the decoded audio.</summary>
    public required int SampleRateHz { get; init; }

    /// <summary>Channels of the decoded audio.</summary>
    public required int Channels { get; init; }

    /// <summary>Samples per channel of the decoded audio.</summary>
    public required long LengthSamples { get; init; }

    /// <summary>Frames per second.</summary>
    public required int FrameRateHz { get; init; }

    /// <summary>Codes per frame, K.</summary>
    public required int Codebooks { get; init; }

    /// <summary>Bits of a code without entropy coding.</summary>
    public required int BitsPerCode { get; init; }

    /// <summary>Segments, which are coded independently; one where the model has none.</summary>
    public required long Segments { get; init; }

    /// <summary>Whether each segment has a scale, which multiplies its samples.</summary>
    public required bool HasSegmentScale { get; init; }

    /// <summary>Whether codes are entropy-coded.</summary>
    public required bool IsEntropyCoded { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Sample rate of the audio that was compressed, or <see langword="null"/> where the file does not state it.</summary>
    public int? OriginalSampleRateHz { get; init; }

    /// <summary>Channels of the audio that was compressed, or <see langword="null"/>.</summary>
    public int? OriginalChannels { get; init; }

    /// <summary>Samples per channel of the audio that was compressed, or <see langword="null"/>.</summary>
    public long? OriginalLengthSamples { get; init; }

    /// <summary>Share of the bits that entropy coding saved, the container's overhead included, or <see langword="null"/> (version 0).</summary>
    public double? SavedShare { get; init; }

    /// <summary>[K] mean bits spent on a code of each codebook; empty where the file does not state it.</summary>
    public IReadOnlyList<double> BitsSpentPerCode { get; init; } = [];

    /// <summary>The chunks of a version-1 file, in order.</summary>
    public IReadOnlyList<EcdcChunkInfo> Chunks { get; init; } = [];

    /// <summary>Parts that were joined without re-encoding; 1 for a file as it was compressed.</summary>
    public required int JoinedParts { get; init; }

    /// <summary>Playing time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)LengthSamples / SampleRateHz);

    /// <summary>Bit rate without entropy coding and container, kbit/s.</summary>
    public double BandwidthKbps => (double)Codebooks * BitsPerCode * FrameRateHz / 1000;

    /// <summary>Bit rate of the file, kbit/s; 0 for empty audio.</summary>
    public double BitrateKbps => LengthSamples == 0 ? 0 : FileBytes * 8.0 * SampleRateHz / LengthSamples / 1000;

    internal static EcdcInfo Of(IEcdcContainer file, long fileBytes)
    {
        EcdcGeometry geometry = file.Geometry;
        var info = new EcdcInfo
        {
            FormatVersion = file.Header.Version,
            Model = geometry.Model,
            SampleRateHz = geometry.SampleRateHz,
            Channels = geometry.Channels,
            LengthSamples = file.LengthSamples,
            FrameRateHz = geometry.FrameRateHz,
            Codebooks = file.Header.Codebooks,
            BitsPerCode = geometry.BitsPerCode,
            Segments = geometry.SegmentCount(file.LengthSamples),
            HasSegmentScale = geometry.HasScale,
            IsEntropyCoded = file.Header.IsEntropyCoded,
            FileBytes = fileBytes,
            JoinedParts = file.Stretches.Count,
        };
        return file is EcdcV1Reader version1 ? info.With(version1) : info;
    }

    private EcdcInfo With(EcdcV1Reader file) => this with
    {
        ModelFingerprint = Convert.ToHexStringLower(file.Header.CodecFingerprint.Span),
        DecoderFingerprint = file.Header.DecoderFingerprint.IsEmpty ? null : Convert.ToHexStringLower(file.Header.DecoderFingerprint.Span),
        OriginalSampleRateHz = file.Header.OriginalSampleRateHz > 0 ? file.Header.OriginalSampleRateHz : null,
        OriginalChannels = file.Header.OriginalChannels > 0 ? file.Header.OriginalChannels : null,
        OriginalLengthSamples = file.OriginalLengthSamples >= 0 ? file.OriginalLengthSamples : null,
        SavedShare = file.SavedShare,
        BitsSpentPerCode = [.. file.CodebookBits.Select(bits => (double)bits / Math.Max(1, file.Frames))],
        Chunks = file.Chunks,
    };
}
