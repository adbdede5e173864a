using AudioCodec.Codecs;

namespace AudioCodec.Benchmarks;

/// <summary>Keeps the samples that a decoder gives.</summary>
internal sealed class ListSink : ISampleSink
{
    public List<float> Samples { get; } = [];

    public void WriteSamples(ReadOnlySpan<float> interleaved) => Samples.AddRange(interleaved);
}
