namespace AudioCodec.Audio;

/// <summary>Changes the number of channels of interleaved samples.</summary>
/// <remarks>
/// To one channel: the mean of all. From one channel: a copy for each. Both as <c>convert_audio</c> in encodec/utils.py does it.
/// To two channels from three to eight: centre and surround channels are added at -3 dB in the speaker order of WAV and FLAC,
/// without the low-frequency channel, and scaled so that full scale stays full scale (ITU-R BS.775); from more than eight, the
/// means of the even and of the odd ones. No other conversion is supported.
/// </remarks>
internal sealed class ChannelConverter
{
    private const float Minus3Db = 0.70710678f;

    /// <summary>[2, channels] weights, or <see langword="null"/> for a mean or a copy.</summary>
    private readonly float[]? _stereoWeights;

    /// <summary>Prepares a conversion.</summary>
    /// <exception cref="ArgumentException">Conversion between these numbers of channels is not supported.</exception>
    public ChannelConverter(int sourceChannels, int targetChannels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sourceChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetChannels, 1);
        if (targetChannels > 2 && sourceChannels > 1 && sourceChannels != targetChannels)
        {
            throw new ArgumentException($"{sourceChannels} channels cannot be converted to {targetChannels}.", nameof(targetChannels));
        }

        SourceChannels = sourceChannels;
        TargetChannels = targetChannels;
        _stereoWeights = targetChannels == 2 && sourceChannels > 2 ? StereoWeights(sourceChannels) : null;
    }

    /// <summary>Channels of the input.</summary>
    public int SourceChannels { get; }

    /// <summary>Channels of the output.</summary>
    public int TargetChannels { get; }

    /// <summary>Whether channels are mixed, so that something is lost.</summary>
    public bool IsDownmix => TargetChannels < SourceChannels;

    /// <summary>Converts samples.</summary>
    /// <param name="source">[T, source channels] interleaved.</param>
    /// <param name="destination">[T, target channels] interleaved.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public void Convert(ReadOnlySpan<float> source, Span<float> destination)
    {
        int samples = source.Length / SourceChannels;
        if (samples * SourceChannels != source.Length || samples * TargetChannels != destination.Length)
        {
            throw new ArgumentException(
                $"{source.Length} values of {SourceChannels} channels do not fit {destination.Length} of {TargetChannels}.",
                nameof(destination));
        }

        if (SourceChannels == TargetChannels)
        {
            source.CopyTo(destination);
        }
        else if (SourceChannels == 1)
        {
            for (int t = 0; t < samples; t++)
            {
                destination.Slice(t * TargetChannels, TargetChannels).Fill(source[t]);
            }
        }
        else if (_stereoWeights is not null)
        {
            MixToStereo(source, _stereoWeights, destination);
        }
        else
        {
            Average(source, destination);
        }
    }

    private void Average(ReadOnlySpan<float> source, Span<float> destination)
    {
        for (int t = 0; t < destination.Length; t++)
        {
            float sum = 0;
            foreach (float value in source.Slice(t * SourceChannels, SourceChannels))
            {
                sum += value;
            }

            destination[t] = sum / SourceChannels;
        }
    }

    private void MixToStereo(ReadOnlySpan<float> source, float[] weights, Span<float> destination)
    {
        for (int t = 0; t < destination.Length / 2; t++)
        {
            ReadOnlySpan<float> values = source.Slice(t * SourceChannels, SourceChannels);
            float left = 0;
            float right = 0;
            for (int channel = 0; channel < values.Length; channel++)
            {
                left += values[channel] * weights[channel];
                right += values[channel] * weights[values.Length + channel];
            }

            destination[2 * t] = left;
            destination[(2 * t) + 1] = right;
        }
    }

    private static float[] StereoWeights(int channels)
    {
        const float S = Minus3Db;
        float[] left = channels switch
        {
            3 => [1, 0, S],
            4 => [1, 0, S, 0],
            5 => [1, 0, S, S, 0],
            6 => [1, 0, S, 0, S, 0],
            7 => [1, 0, S, 0, S * S, S, 0],
            8 => [1, 0, S, 0, S, 0, S, 0],
            _ => [.. Enumerable.Range(0, channels).Select(channel => channel % 2 == 0 ? 1f : 0f)],
        };
        float[] right = channels switch
        {
            3 => [0, 1, S],
            4 => [0, 1, 0, S],
            5 => [0, 1, S, 0, S],
            6 => [0, 1, S, 0, 0, S],
            7 => [0, 1, S, 0, S * S, 0, S],
            8 => [0, 1, S, 0, 0, S, 0, S],
            _ => [.. left.Select(weight => 1 - weight)],
        };
        return [.. left.Select(weight => weight / left.Sum()), .. right.Select(weight => weight / right.Sum())];
    }
}
