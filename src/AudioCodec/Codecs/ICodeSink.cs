namespace AudioCodec.Codecs;

/// <summary>Where a <see cref="ICodecEncoder"/> puts its codes.</summary>
public interface ICodeSink
{
    /// <summary>A segment begins; called once, before any frames, where the model has no segments.</summary>
    /// <param name="scale">The segment's scale; 1 where the model does not normalize.</param>
    void BeginSegment(float scale);

    /// <summary>Frames of the segment.</summary>
    /// <param name="codes">[F, K], frame after frame; valid during the call.</param>
    void WriteFrames(ReadOnlySpan<ushort> codes);
}
