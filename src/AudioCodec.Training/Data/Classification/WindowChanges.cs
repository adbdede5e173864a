using System.Numerics.Tensors;
using AudioCodec.Classification;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data.Classification;

/// <summary>Changes windows of log10 power so that a network learns what does not matter: tone, pitch, gaps.</summary>
internal sealed class WindowChanges(ClassifierConfig config, ClassifierDataSettings data)
{
    private const float LeastPower = 1e-10f;
    private const int EqualizerPoints = 4;

    /// <summary>Mixes two sounds by their powers, in place.</summary>
    /// <param name="window">The first.</param>
    /// <param name="second">The second; overwritten.</param>
    /// <param name="share">Share of the first.</param>
    public static void Mix(Span<float> window, Span<float> second, double share)
    {
        TensorPrimitives.Add(window, (float)Math.Log10(share), window);
        TensorPrimitives.Add(second, (float)Math.Log10(1 - share), second);
        AddPowers(window, second);
    }

    /// <summary>Adds a background by its power, in place.</summary>
    /// <param name="window">The sound.</param>
    /// <param name="background">The background; overwritten.</param>
    /// <param name="db">Decibels by which its loudest point lies below the sound's.</param>
    public static void AddBackground(Span<float> window, Span<float> background, double db)
    {
        TensorPrimitives.Add(background, (float)(-db / 10), background);
        AddPowers(window, background);
    }

    /// <summary>Moves the spectrum up or down, changes its tone, in place.</summary>
    public void Apply(Span<float> window, SplitMix random)
    {
        int columns = config.MelBands;
        int shift = (int)random.NextInt64((2 * data.ShiftBands) + 1) - data.ShiftBands;
        var gains = new float[columns];
        var points = new double[EqualizerPoints];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = random.NextDouble(-data.EqualizerDb, data.EqualizerDb) / 10;
        }

        for (int band = 0; band < columns; band++)
        {
            double at = (double)band * (points.Length - 1) / columns;
            int left = (int)at;
            gains[band] = (float)(points[left] + ((at - left) * (points[left + 1] - points[left])));
        }

        var moved = new float[columns];
        for (int start = 0; start < window.Length; start += columns)
        {
            Span<float> frame = window.Slice(start, columns);
            for (int band = 0; band < columns; band++)
            {
                moved[band] = frame[Math.Clamp(band - shift, 0, columns - 1)];
            }

            TensorPrimitives.Add(moved, gains, frame);
        }
    }

    /// <summary>Hides two groups of bands and one of frames behind the window's mean, in place.</summary>
    public void Hide(Span<float> window, SplitMix random)
    {
        int columns = config.MelBands, frames = window.Length / columns;
        float mean = TensorPrimitives.Sum<float>(window) / window.Length;
        for (int mask = 0; mask < 2; mask++)
        {
            (int first, int count) = Range(Math.Min(data.MaskBands, columns), columns, random);
            for (int f = 0; f < frames; f++)
            {
                window.Slice((f * columns) + first, count).Fill(mean);
            }
        }

        (int from, int length) = Range(Math.Min(data.MaskFrames, frames), frames, random);
        window.Slice(from * columns, length * columns).Fill(mean);
    }

    private static (int First, int Count) Range(int most, int all, SplitMix random)
    {
        int count = (int)random.NextInt64(most + 1);
        return ((int)random.NextInt64(all - count + 1), count);
    }

    private static void AddPowers(Span<float> a, Span<float> b)
    {
        TensorPrimitives.Exp10(a, a);
        TensorPrimitives.Exp10(b, b);
        TensorPrimitives.Add(a, b, a);
        TensorPrimitives.Add(a, LeastPower, a);
        TensorPrimitives.Log10(a, a);
    }
}
