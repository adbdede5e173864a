namespace AudioCodec.Codecs;

/// <summary>The level by which a segment is divided before it is encoded.</summary>
internal static unsafe class SegmentScale
{
    /// <summary>Divides samples by the root mean square of their mono mix plus 1e-8.</summary>
    /// <param name="samples">[T, C].</param>
    /// <param name="count">T.</param>
    /// <param name="channels">C.</param>
    /// <param name="destination">Receives [T, C].</param>
    /// <returns>The divisor.</returns>
    public static float Normalize(float* samples, int count, int channels, float* destination)
    {
        double squares = 0;
        for (int t = 0; t < count; t++)
        {
            double sum = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                sum += samples[(t * channels) + channel];
            }

            double mono = sum / channels;
            squares += mono * mono;
        }

        float scale = (float)Math.Sqrt(squares / count) + 1e-8f;
        for (int i = 0; i < count * channels; i++)
        {
            destination[i] = samples[i] / scale;
        }

        return scale;
    }
}
