namespace AudioCodec.Audio;

/// <summary>A piece of audio held in memory, planar.</summary>
/// <param name="samples">[C, T] planar, row after row; kept, not copied.</param>
/// <param name="channels">Number of channels C.</param>
/// <param name="sampleRateHz">Samples per second and channel.</param>
public sealed class AudioBuffer(float[] samples, int channels, int sampleRateHz)
{
    /// <summary>All samples, [C, T] planar.</summary>
    public float[] Samples { get; } = Validate(samples, channels, sampleRateHz);

    /// <summary>Number of channels C.</summary>
    public int Channels { get; } = channels;

    /// <summary>Samples per second and channel.</summary>
    public int SampleRateHz { get; } = sampleRateHz;

    /// <summary>Samples per channel T.</summary>
    public int LengthSamples => Samples.Length / Channels;

    /// <summary>The samples of one channel, [T].</summary>
    public Span<float> Channel(int channel) => Samples.AsSpan(channel * LengthSamples, LengthSamples);

    private static float[] Validate(float[] samples, int channels, int sampleRateHz)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRateHz, 1);
        if (samples.Length % channels != 0)
        {
            throw new ArgumentException($"{samples.Length} samples do not divide into {channels} channels.", nameof(samples));
        }

        return samples;
    }
}
