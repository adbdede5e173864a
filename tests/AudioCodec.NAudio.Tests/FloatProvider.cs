using NAudio.Wave;

namespace AudioCodec.NAudio.Tests;

/// <summary>Samples out of an array, at most so many values at a time.</summary>
internal sealed class FloatProvider(float[] samples, int sampleRateHz, int channels, int mostValues = int.MaxValue) : ISampleProvider
{
    private int _position;

    public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(sampleRateHz, channels);

    public int Read(Span<float> buffer)
    {
        int count = Math.Min(Math.Min(buffer.Length, mostValues), samples.Length - _position);
        samples.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
