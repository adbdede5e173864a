using AudioCodec.Audio;
using AudioCodec.Metrics;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Draws the spectrogram of a piece of audio as a PNG picture: time to the right, frequency upwards, bright is loud.</summary>
/// <remarks>
/// Frequency is linear from 0 to half the sample rate; channels are mixed to mono. Levels from <c>TopDb - RangeDb</c> to
/// <c>TopDb</c> relative to a full-scale sine are spread over the palette, so that pictures of an original and its decoded
/// versions drawn with one top level compare.
/// </remarks>
public static class SpectrogramPicture
{
    private const int FftSize = 1024;
    private const float RangeDb = 85;

    /// <summary>The highest level in the spectrogram of <paramref name="audio"/>, to be drawn brightest.</summary>
    public static float TopDb(AudioBuffer audio)
    {
        Spectrogram spectrogram = Spectrogram.Compute(audio.ToMono().Samples, FftSize, FftSize / 2);
        return spectrogram.Frames == 0 ? 0 : System.Numerics.Tensors.TensorPrimitives.Max<float>(spectrogram.Decibels);
    }

    /// <summary>The PNG file of a spectrogram.</summary>
    /// <param name="audio">What to draw.</param>
    /// <param name="width">Pixels across, at least 1.</param>
    /// <param name="height">Pixels up, 1 to 512.</param>
    /// <param name="topDb">Level drawn brightest; that of the audio itself where it is not given.</param>
    public static byte[] Draw(AudioBuffer audio, int width = 640, int height = 256, float? topDb = null)
    {
        ArgumentNullException.ThrowIfNull(audio);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, FftSize / 2);
        float top = topDb ?? TopDb(audio);
        int hop = Math.Clamp(audio.LengthSamples / width, 1, FftSize / 2);
        Spectrogram spectrogram = Spectrogram.Compute(audio.ToMono().Samples, FftSize, hop, top - RangeDb);
        var pixels = new byte[width * height];
        for (int x = 0; x < width && spectrogram.Frames > 0; x++)
        {
            (int firstFrame, int endFrame) = Share(x, width, spectrogram.Frames);
            for (int y = 0; y < height; y++)
            {
                (int firstBin, int endBin) = Share(y, height, spectrogram.Bins - 1);
                float level = Loudest(spectrogram, firstFrame, endFrame, firstBin, endBin);
                pixels[((height - 1 - y) * width) + x] = (byte)Math.Clamp((level - top + RangeDb) / RangeDb * 255f, 0f, 255f);
            }
        }

        return PngImage.Encode(pixels, width, HeatPalette.Colors);
    }

    private static float Loudest(Spectrogram spectrogram, int firstFrame, int endFrame, int firstBin, int endBin)
    {
        float level = float.NegativeInfinity;
        for (int f = firstFrame; f < endFrame; f++)
        {
            ReadOnlySpan<float> bins = spectrogram.Decibels.AsSpan((f * spectrogram.Bins) + firstBin, endBin - firstBin);
            level = Math.Max(level, System.Numerics.Tensors.TensorPrimitives.Max(bins));
        }

        return level;
    }

    /// <summary>The range of <paramref name="count"/> values that pixel <paramref name="index"/> of <paramref name="pixels"/> shows; at least one.</summary>
    private static (int First, int End) Share(int index, int pixels, int count)
    {
        int first = (int)((long)index * count / pixels);
        return (first, Math.Max(first + 1, (int)((long)(index + 1) * count / pixels)));
    }
}
