namespace AudioCodec.Codecs;

/// <summary>Encodes one stream as it arrives, in chunks of any size; the codes do not depend on the division into chunks.</summary>
public interface ICodecEncoder : IDisposable
{
    /// <summary>Codes per frame, K.</summary>
    int Codebooks { get; }

    /// <summary>Samples per channel taken so far.</summary>
    long LengthSamples { get; }

    /// <summary>Encodes samples and passes on the frames that they complete.</summary>
    /// <param name="interleaved">[T, C], any length that is a multiple of C. NaN and infinity count as silence.</param>
    /// <param name="sink">Receives the frames.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of the channels.</exception>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    void Write(ReadOnlySpan<float> interleaved, ICodeSink sink);

    /// <summary>Ends the stream and passes on the remaining frames.</summary>
    /// <param name="sink">Receives the frames.</param>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    void Complete(ICodeSink sink);

    /// <summary>Prepares for another stream.</summary>
    void Reset();
}
