using System.Numerics.Tensors;

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

    /// <summary>A copy of part of the audio, all channels.</summary>
    /// <param name="start">First sample per channel.</param>
    /// <param name="count">Samples per channel.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the audio.</exception>
    public AudioBuffer Slice(int start, int count)
    {
        var part = new AudioBuffer(new float[Channels * count], Channels, SampleRateHz);
        for (int c = 0; c < Channels; c++)
        {
            Channel(c).Slice(start, count).CopyTo(part.Channel(c));
        }

        return part;
    }

    /// <summary>The mean of all channels; the buffer itself where it has only one.</summary>
    public AudioBuffer ToMono()
    {
        if (Channels == 1)
        {
            return this;
        }

        float[] mean = Channel(0).ToArray();
        for (int c = 1; c < Channels; c++)
        {
            TensorPrimitives.Add(mean, Channel(c), mean);
        }

        TensorPrimitives.Divide(mean, Channels, mean);
        return new AudioBuffer(mean, 1, SampleRateHz);
    }

    /// <summary>Copies samples out, interleaved.</summary>
    /// <param name="start">First sample per channel.</param>
    /// <param name="destination">[count, C]; its length says how many samples are copied.</param>
    /// <exception cref="ArgumentException">The length is no multiple of the channels, or reaches beyond the audio.</exception>
    public void ReadInterleaved(int start, Span<float> destination)
    {
        int count = InterleavedSamples(destination.Length);
        for (int c = 0; c < Channels; c++)
        {
            ReadOnlySpan<float> row = Channel(c).Slice(start, count);
            for (int t = 0; t < row.Length; t++)
            {
                destination[(t * Channels) + c] = row[t];
            }
        }
    }

    /// <summary>Copies interleaved samples in.</summary>
    /// <param name="start">First sample per channel to replace.</param>
    /// <param name="source">[count, C]; its length says how many samples are copied.</param>
    /// <exception cref="ArgumentException">The length is no multiple of the channels, or reaches beyond the audio.</exception>
    public void WriteInterleaved(int start, ReadOnlySpan<float> source)
    {
        int count = InterleavedSamples(source.Length);
        for (int c = 0; c < Channels; c++)
        {
            Span<float> row = Channel(c).Slice(start, count);
            for (int t = 0; t < row.Length; t++)
            {
                row[t] = source[(t * Channels) + c];
            }
        }
    }

    private int InterleavedSamples(int values) => values % Channels == 0
        ? values / Channels
        : throw new ArgumentException($"{values} values do not divide into {Channels} channels.", nameof(values));

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
