using AudioCodec.Bitstream;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs;

/// <summary>Maps codec configurations and codes to the layout of <c>.ecdc</c> files.</summary>
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

    /// <summary>Checks that codes match their length and a model.</summary>
    /// <exception cref="ArgumentException">They do not match.</exception>
    public static void RequireFit(this EncodedAudio codes, EcdcGeometry geometry)
    {
        if (codes.Codebooks < 1 || codes.Codebooks > geometry.Codebooks)
        {
            throw new ArgumentException($"There are {codes.Codebooks} codebooks; model '{geometry.Model}' has {geometry.Codebooks}.");
        }

        if (codes.LengthSamples is < 0 or > EcdcHeader.MaxLengthSamples || codes.Segments.Count != geometry.SegmentCount(codes.LengthSamples))
        {
            throw new ArgumentException(
                $"There are {codes.Segments.Count} segments; {codes.LengthSamples} samples of model '{geometry.Model}' have "
                + $"{geometry.SegmentCount(Math.Max(0, codes.LengthSamples))}.");
        }

        for (int i = 0; i < codes.Segments.Count; i++)
        {
            ReadOnlySpan<ushort> segment = codes.Segments[i].Codes;
            long frames = geometry.FrameCount(geometry.SegmentLength(i, codes.LengthSamples));
            if (segment.Length != frames * codes.Codebooks)
            {
                throw new ArgumentException(
                    $"Segment {i} has {segment.Length / codes.Codebooks} frames; {codes.LengthSamples} samples of model '{geometry.Model}' need {frames}.");
            }

            int place = segment.IndexOfAnyExceptInRange((ushort)0, (ushort)((1 << geometry.BitsPerCode) - 1));
            if (place >= 0)
            {
                throw new ArgumentException(
                    $"Code {segment[place]} in segment {i}: the codebooks of '{geometry.Model}' have {1 << geometry.BitsPerCode} entries.");
            }
        }
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
