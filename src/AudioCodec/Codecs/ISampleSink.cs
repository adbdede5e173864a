namespace AudioCodec.Codecs;

/// <summary>Where a <see cref="ICodecDecoder"/> puts its samples.</summary>
public interface ISampleSink
{
    /// <summary>The next samples.</summary>
    /// <param name="interleaved">[T, C]; valid during the call.</param>
    void WriteSamples(ReadOnlySpan<float> interleaved);
}
