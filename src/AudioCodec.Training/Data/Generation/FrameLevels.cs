using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Numerics;

namespace AudioCodec.Training.Data.Generation;

/// <summary>How loud frames are, and which of them sound: many recordings are a short event and then silence.</summary>
internal static class FrameLevels
{
    private const double SilenceDb = -120;

    /// <summary>The level of every frame.</summary>
    /// <param name="audio">The audio, all of whose channels count.</param>
    /// <param name="hopSamples">Samples of a frame.</param>
    /// <param name="frames">Frames F.</param>
    /// <returns>[F] dBFS in half precision, as they are kept; -120 for silence.</returns>
    public static float[] Of(AudioBuffer audio, int hopSamples, int frames)
    {
        var levels = new float[frames];
        for (int f = 0; f < frames; f++)
        {
            int start = Math.Min(f * hopSamples, audio.LengthSamples);
            int count = Math.Min(hopSamples, audio.LengthSamples - start);
            double power = 0;
            for (int c = 0; c < audio.Channels && count > 0; c++)
            {
                power += TensorPrimitives.SumOfSquares<float>(audio.Channel(c).Slice(start, count));
            }

            double level = power > 0 ? 10 * Math.Log10(power / ((double)count * audio.Channels)) : SilenceDb;
            levels[f] = (float)(Half)Math.Max(SilenceDb, level);
        }

        return levels;
    }

    /// <summary>Sounding frames among the first n, for n from 0 to F.</summary>
    /// <param name="levelsDb">[F] levels.</param>
    /// <param name="rangeDb">Frames so far below the loudest one do not sound, and silent ones never.</param>
    /// <returns>[F + 1].</returns>
    public static int[] CountSounding(ReadOnlySpan<float> levelsDb, double rangeDb)
    {
        var counts = new int[levelsDb.Length + 1];
        double least = levelsDb.IsEmpty ? 0 : Math.Max(TensorPrimitives.Max(levelsDb) - rangeDb, SilenceDb);
        for (int f = 0; f < levelsDb.Length; f++)
        {
            counts[f + 1] = counts[f] + (levelsDb[f] > least ? 1 : 0);
        }

        return counts;
    }

    /// <summary>A random start of a crop that holds the event, or enough of it.</summary>
    /// <param name="sounding">[F + 1] of <see cref="CountSounding"/>.</param>
    /// <param name="window">Frames of the crop.</param>
    /// <param name="share">Share of the most sounding frames of any crop that it holds at least; 0 for any place.</param>
    /// <param name="random">Decides; <see langword="null"/> for the first place that is allowed.</param>
    public static int PickStart(ReadOnlySpan<int> sounding, int window, double share, SplitMix? random)
    {
        int places = Math.Max(1, sounding.Length - window);
        int most = 0;
        for (int start = 0; start < places; start++)
        {
            most = Math.Max(most, Sounding(sounding, start, window));
        }

        var allowed = new List<int>(places);
        for (int start = 0; start < places; start++)
        {
            if (Sounding(sounding, start, window) >= share * most)
            {
                allowed.Add(start);
            }
        }

        return allowed[random is null ? 0 : (int)random.NextInt64(allowed.Count)];
    }

    private static int Sounding(ReadOnlySpan<int> counts, int start, int window) => counts[Math.Min(start + window, counts.Length - 1)] - counts[start];
}
