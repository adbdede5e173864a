using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;

namespace AudioCodec.Evaluation;

/// <summary>Size of a version-1 <c>.ecdc</c> file with an entropy model: header, chunks and index.</summary>
/// <param name="model">The entropy model; shared by all threads.</param>
/// <param name="config">The codec whose codes it predicts.</param>
public sealed class EntropyCodedSize(EntropyModel model, EncodecConfig config)
{
    /// <summary>Bytes of the file.</summary>
    /// <exception cref="ArgumentException">The entropy model does not fit the codec.</exception>
    public long Of(EncodedAudio encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        using var stream = new MemoryStream();
        var settings = new EcdcV1Settings
        {
            Geometry = config.ToEcdcGeometry(),
            Codebooks = encoded.Codebooks,

            // Only the size matters here: the fingerprint always takes as many bytes.
            CodecFingerprint = new byte[16],
            Coder = new EntropyChunkCoder(model, parallelChunks: 1),
            LengthSamples = encoded.LengthSamples,
        };
        using (var writer = new EcdcV1Writer(stream, settings, leaveOpen: true))
        {
            foreach (EncodedSegment segment in encoded.Segments)
            {
                writer.BeginSegment(segment.Scale);
                writer.WriteFrames(segment.Codes);
            }

            writer.Complete();
        }

        return stream.Length;
    }
}
