using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs;

/// <summary>A codec's networks, loaded on an engine; any number of streams may share it.</summary>
/// <remarks>
/// <see cref="EncodecModel"/> is the managed engine, which runs wherever .NET does. Another engine gives the same codes but for near-ties of the
/// quantizer, and the same samples but for rounding. Entropy coding is not part of an engine: it is exact, and always managed.
/// </remarks>
public interface ICodecEngine : IDisposable
{
    /// <summary>The configuration of the model.</summary>
    EncodecConfig Config { get; }

    /// <summary>Starts encoding a stream.</summary>
    /// <param name="codebooks">Codes per frame, 1 to the model's number.</param>
    /// <param name="threads">Threads to use, at least 1; the codes do not depend on it.</param>
    /// <param name="searchWidth">Partial sums kept by the residual search, 1 (greedy) to 64; <see langword="null"/> for the model's <see cref="EncodecConfig.SearchWidth"/>.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    ICodecEncoder OpenEncoder(int codebooks, int threads = 1, int? searchWidth = null);

    /// <summary>Starts decoding a stream.</summary>
    /// <param name="codebooks">Codes per frame, 1 to the model's number.</param>
    /// <param name="lengthSamples">Most samples per channel to decode; the rest of the last frame is dropped.</param>
    /// <param name="threads">Threads to use, at least 1; the samples do not depend on it.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    ICodecDecoder OpenDecoder(int codebooks, long lengthSamples = long.MaxValue, int threads = 1);

    /// <summary>Starts turning a stream into latents, before quantization.</summary>
    /// <param name="threads">Threads to use, at least 1; the latents do not depend on it.</param>
    ILatentEncoder OpenLatentEncoder(int threads = 1);
}
