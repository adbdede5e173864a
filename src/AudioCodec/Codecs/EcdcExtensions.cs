using AudioCodec.Bitstream;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs;

/// <summary>Joins codec configurations with the layout of <c>.ecdc</c> files.</summary>
internal static class EcdcExtensions
{
    /// <summary>The layout of files made with a codec.</summary>
    public static EcdcGeometry ToEcdcGeometry(this EncodecConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new EcdcGeometry
        {
            Model = config.Name,
            SampleRateHz = config.SampleRateHz,
            Channels = config.Channels,
            FrameRateHz = config.FrameRateHz,
            HopSamples = config.HopSamples,
            BitsPerCode = config.BitsPerCode,
            Codebooks = config.Codebooks,
            SegmentSamples = config.SegmentSamples,
            SegmentStrideSamples = config.SegmentStrideSamples,
            HasScale = config.NormalizeSegments,
        };
    }

    /// <summary>The scale of a segment; 1 where the model has none.</summary>
    public static float Scale(this EcdcSegment segment, EcdcGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return geometry.HasScale ? BitConverter.UInt32BitsToSingle(segment.ScaleBits) : 1f;
    }

    /// <summary>Starts the next segment with a scale; ignored where the model has none.</summary>
    public static void BeginSegment(this IEcdcWriter writer, float scale)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.BeginSegment(writer.Geometry.HasScale ? BitConverter.SingleToUInt32Bits(scale) : 0);
    }
}
