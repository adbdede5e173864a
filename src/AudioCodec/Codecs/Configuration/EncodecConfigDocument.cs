using System.Text.Json.Serialization;

namespace AudioCodec.Codecs.Configuration;

/// <summary>The keys of a codec's <c>config.json</c>, in snake case. Optional ones have the defaults of <see cref="EncodecConfig"/>.</summary>
/// <remarks>Optional properties have setters, because generated code gives an init-only one its type's default where the key is missing.</remarks>
internal sealed record EncodecConfigDocument
{
    public required string Kind { get; init; }

    public CheckpointStatus Status { get; set; } = CheckpointStatus.Release;

    public required string Name { get; init; }

    public required int SampleRateHz { get; init; }

    public required int Channels { get; init; }

    public required bool Causal { get; init; }

    public required ConvNorm Norm { get; init; }

    public bool NormalizeSegments { get; set; }

    public int Filters { get; set; } = 32;

    public int[] Ratios { get; set; } = [8, 5, 4, 2];

    public int KernelSize { get; set; } = 7;

    public int LastKernelSize { get; set; } = 7;

    public int ResidualKernelSize { get; set; } = 3;

    public int ResidualLayers { get; set; } = 1;

    public int DilationBase { get; set; } = 2;

    public int Compress { get; set; } = 2;

    public bool TrueSkip { get; set; }

    public int LstmLayers { get; set; } = 2;

    public PaddingMode Padding { get; set; } = PaddingMode.Reflect;

    public int Dimension { get; set; } = 128;

    public required int Codebooks { get; init; }

    public int CodebookSize { get; set; } = 1024;

    public required double[] BandwidthsKbps { get; init; }

    public int? SegmentSamples { get; set; }

    public int? SegmentStrideSamples { get; set; }

    public int SearchWidth { get; set; } = 1;

    public static EncodecConfigDocument From(EncodecConfig config, CheckpointStatus status) => new()
    {
        Kind = EncodecConfigJson.Kind,
        Status = status,
        Name = config.Name,
        SampleRateHz = config.SampleRateHz,
        Channels = config.Channels,
        Causal = config.Causal,
        Norm = config.Norm,
        NormalizeSegments = config.NormalizeSegments,
        Filters = config.Filters,
        Ratios = [.. config.Ratios],
        KernelSize = config.KernelSize,
        LastKernelSize = config.LastKernelSize,
        ResidualKernelSize = config.ResidualKernelSize,
        ResidualLayers = config.ResidualLayers,
        DilationBase = config.DilationBase,
        Compress = config.Compress,
        TrueSkip = config.TrueSkip,
        LstmLayers = config.LstmLayers,
        Padding = config.Padding,
        Dimension = config.Dimension,
        Codebooks = config.Codebooks,
        CodebookSize = config.CodebookSize,
        BandwidthsKbps = [.. config.BandwidthsKbps],
        SegmentSamples = config.SegmentSamples,
        SegmentStrideSamples = config.SegmentStrideSamples,
        SearchWidth = config.SearchWidth,
    };

    public EncodecConfig ToConfig() => new()
    {
        Name = Name,
        SampleRateHz = SampleRateHz,
        Channels = Channels,
        Causal = Causal,
        Norm = Norm,
        NormalizeSegments = NormalizeSegments,
        Filters = Filters,
        Ratios = Ratios,
        KernelSize = KernelSize,
        LastKernelSize = LastKernelSize,
        ResidualKernelSize = ResidualKernelSize,
        ResidualLayers = ResidualLayers,
        DilationBase = DilationBase,
        Compress = Compress,
        TrueSkip = TrueSkip,
        LstmLayers = LstmLayers,
        Padding = Padding,
        Dimension = Dimension,
        Codebooks = Codebooks,
        CodebookSize = CodebookSize,
        BandwidthsKbps = BandwidthsKbps,
        SegmentSamples = SegmentSamples,
        SegmentStrideSamples = SegmentStrideSamples,
        SearchWidth = SearchWidth,
    };
}

/// <summary>Serialization code generated at compile time, so that it works in trimmed and native builds.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    WriteIndented = true,
    Converters = [typeof(SnakeCaseEnumConverter<ConvNorm>), typeof(SnakeCaseEnumConverter<PaddingMode>), typeof(SnakeCaseEnumConverter<CheckpointStatus>)])]
[JsonSerializable(typeof(EncodecConfigDocument))]
internal sealed partial class EncodecConfigJsonContext : JsonSerializerContext;

/// <summary>Writes an enumeration by its names in snake case; numbers are refused when reading.</summary>
internal sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
