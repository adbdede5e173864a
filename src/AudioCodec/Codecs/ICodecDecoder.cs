namespace AudioCodec.Codecs;

/// <summary>Decodes one stream as it comes in, in chunks of any number of frames; the samples do not depend on how it was cut.</summary>
public interface ICodecDecoder : IDisposable
{
    /// <summary>Codes per frame, K.</summary>
    int Codebooks { get; }

    /// <summary>Samples per channel given so far.</summary>
    long SamplesGiven { get; }

    /// <summary>Begins a segment; the one before it is complete. Does nothing for a model without segments.</summary>
    /// <param name="scale">The segment's scale; not used where the model does not normalize.</param>
    /// <param name="sink">Receives what samples of the segment before it were still waiting.</param>
    void BeginSegment(float scale, ISampleSink sink);

    /// <summary>Takes frames and passes on the samples that they complete.</summary>
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

    /// <summary>Ends the stream and passes on the samples that were waiting for its end.</summary>
    /// <param name="sink">Receives the samples.</param>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    void Complete(ISampleSink sink);

    /// <summary>Makes ready for another stream.</summary>
    void Reset();
}
