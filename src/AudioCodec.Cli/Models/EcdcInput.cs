using AudioCodec.Bitstream;
using AudioCodec.Codec;
using AudioCodec.Compression;

namespace AudioCodec.Cli.Models;

/// <summary>Opens <c>.ecdc</c> streams together with the model that they name.</summary>
internal static class EcdcInput
{
    /// <summary>Starts decoding a stream.</summary>
    /// <param name="stream">The stream, from its first byte; disposed together with the result.</param>
    /// <param name="models">Gives the model.</param>
    /// <exception cref="BitstreamException">The stream is damaged or was made with another model than the one named.</exception>
    public static EcdcAudioSource OpenAudio(Stream stream, ModelProvider models)
    {
        try
        {
            EncodecModel? model = null;
            EcdcReader reader = EcdcReader.Open(stream, name => (model = models.ForStream(name)).Config.ToEcdcGeometry());
            return new EcdcAudioSource(reader, model ?? models.ForStream(reader.Geometry.Model), models.Threads);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
