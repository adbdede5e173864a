namespace AudioCodec.Codecs;

/// <summary>Turns one stream into latents as it arrives; they do not depend on the division into chunks.</summary>
public interface ILatentEncoder : IDisposable
{
    /// <summary>Encodes samples and passes on the frames that they complete.</summary>
    /// <param name="interleaved">[T, C], any length that is a multiple of C. NaN and infinity count as silence.</param>
    /// <param name="sink">Receives the frames.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of the channels.</exception>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    void Write(ReadOnlySpan<float> interleaved, ILatentSink sink);

    /// <summary>Ends the stream and passes on the remaining frames.</summary>
    /// <param name="sink">Receives the frames.</param>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    void Complete(ILatentSink sink);
}

/// <summary>Where an <see cref="ILatentEncoder"/> puts its latents.</summary>
public interface ILatentSink
{
    /// <summary>A segment begins; called once before any frames where the model has no segments.</summary>
    /// <param name="scale">The segment's scale; 1 where the model does not normalize.</param>
    void BeginSegment(float scale);

    /// <summary>Frames of the segment.</summary>
    /// <param name="latents">[F, D], frame after frame; valid during the call.</param>
    void WriteFrames(ReadOnlySpan<float> latents);
}
