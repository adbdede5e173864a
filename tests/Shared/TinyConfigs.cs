using AudioCodec.Codecs.Configuration;

namespace AudioCodec.TestSupport;

/// <summary>Configurations of the tiny golden models.</summary>
internal static class TinyConfigs
{
    public static EncodecConfig Causal { get; } = new()
    {
        Name = "encodec_tiny_causal",
        SampleRateHz = 8000,
        Channels = 1,
        Causal = true,
        Norm = ConvNorm.WeightNorm,
        Filters = 4,
        Ratios = [4, 2],
        Dimension = 16,
        LstmLayers = 1,
        Codebooks = 4,
        CodebookSize = 16,
        BandwidthsKbps = [4, 8, 16],
    };

    public static EncodecConfig Stereo { get; } = Causal with
    {
        Name = "encodec_tiny_stereo",
        Channels = 2,
        Causal = false,
        Norm = ConvNorm.TimeGroupNorm,
        NormalizeSegments = true,
        SegmentSamples = 400,
        SegmentStrideSamples = 396,
    };

    public static EncodecConfig Audiocraft { get; } = Causal with
    {
        Name = "encodec_audiocraft_tiny",
        SampleRateHz = 16000,
        Causal = false,
        TrueSkip = true,
        Padding = PaddingMode.Constant,
        LstmLayers = 2,
        CodebookSize = 32,
        BandwidthsKbps = [40],
    };
}
