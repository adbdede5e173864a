namespace AudioCodec.Codecs;

/// <summary>Decodes one stream as it arrives, in chunks of any number of frames; the samples do not depend on the division into chunks.</summary>
public interface ICodecDecoder : IDisposable
{
    /// <summary>Codes per frame, K.</summary>
    int Codebooks { get; }

    /// <summary>Samples per channel passed on so far.</summary>
    long SamplesGiven { get; }

    /// <summary>Begins a segment; the one before it is complete. Does nothing for a model without segments.</summary>
    /// <param name="scale">The segment's scale; not used where the model does not normalize.</param>
    /// <param name="sink">Receives the remaining samples of the segment before it.</param>
    void BeginSegment(float scale, ISampleSink sink);

    /// <summary>Decodes frames and passes on the samples that they complete.</summary>
    /// <param name="codes">[F, K], any number of frames.</param>
    /// <param name="sink">Receives the samples.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of K, or a code is not below the codebook's size.</exception>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    void Write(ReadOnlySpan<ushort> codes, ISampleSink sink);

    /// <summary>Takes frames that no quantizer has rounded, or that were made by other means, and passes on the samples that they complete.</summary>
    /// <param name="latents">[F, D], any number of frames.</param>
    /// <param name="sink">Receives the samples.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of D.</exception>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    void WriteLatents(ReadOnlySpan<float> latents, ISampleSink sink);

    /// <summary>Ends the stream and passes on the remaining samples.</summary>
    /// <param name="sink">Receives the samples.</param>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    void Complete(ISampleSink sink);

    /// <summary>Prepares for another stream.</summary>
    void Reset();
}
