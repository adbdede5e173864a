using AudioCodec.Audio;

namespace AudioCodec.Codecs;

/// <summary>An engine whose device is busy only when it encodes several recordings together.</summary>
internal interface IBatchEncoder
{
    /// <summary>Seconds of audio that are worth encoding together; more would only take more memory.</summary>
    double BatchSeconds { get; }

    /// <summary>Turns recordings into the codes that each of them gives alone.</summary>
    /// <param name="recordings">Audio of the model's rate and channels, of any lengths; similar ones waste the least.</param>
    /// <param name="codebooks">Codes per frame, 1 to the model's number.</param>
    /// <param name="threads">Threads of the quantizer's search.</param>
    /// <param name="searchWidth">As in <see cref="ICodecEngine.OpenEncoder"/>.</param>
    EncodedAudio[] EncodeBatch(IReadOnlyList<AudioBuffer> recordings, int codebooks, int threads, int? searchWidth);
}
