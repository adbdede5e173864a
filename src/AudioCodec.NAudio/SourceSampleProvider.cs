using AudioCodec.Audio;
using NAudio.Wave;

namespace AudioCodec.NAudio;

/// <summary>A source of the library for NAudio.</summary>
internal sealed class SourceSampleProvider(AudioSource source) : ISampleProvider
{
    public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(source.SampleRateHz, source.Channels);

    public int Read(Span<float> buffer) => source.Fill(buffer);
}
