using AudioCodec.Codecs;

namespace AudioCodec.Benchmarks;

/// <summary>Takes codes and samples and forgets them.</summary>
internal sealed class NullSink : ICodeSink, ISampleSink
{
    public void BeginSegment(float scale)
    {
    }

    public void WriteFrames(ReadOnlySpan<ushort> codes)
    {
    }

    public void WriteSamples(ReadOnlySpan<float> interleaved)
    {
    }
}
