using System.Collections.Concurrent;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Modules;

namespace AudioCodec.Training.Data;

/// <summary>Chooses files at random: a kind by its weight, then a file of that kind by its duration, band-limited ones by their weight too. Safe for many threads.</summary>
internal sealed class ClipPicker
{
    private const double UnknownDuration = 10;
    private const double FullBandShare = 0.95;

    private readonly IReadOnlyList<ClipEntry> _clips;
    private readonly StepValue _bandLimitedWeight;
    private readonly double _fullBandHz;
    private readonly (double Weight, int[] Clips)[] _kinds;
    private readonly ConcurrentDictionary<double, double[][]> _cumulative = new();

    /// <summary>Prepares choosing.</summary>
    /// <param name="clips">Files to choose from.</param>
    /// <param name="settings">Weights.</param>
    /// <param name="sampleRateHz">The model's sample rate: files with a bandwidth below 95 % of its half are band-limited.</param>
    /// <exception cref="ConfigException">The kinds with a weight above 0 have no file.</exception>
    public ClipPicker(IReadOnlyList<ClipEntry> clips, DataSettings settings, int sampleRateHz)
    {
        (_clips, _bandLimitedWeight, _fullBandHz) = (clips, settings.BandLimitedWeight, FullBandShare * sampleRateHz / 2);
        _kinds = [.. clips.Select((clip, index) => (clip.Kind, index))
            .GroupBy(c => settings.KindWeights.Count > 0 ? c.Kind : "", c => c.index)
            .Select(g => (Weight: settings.KindWeights.Count > 0 ? settings.KindWeights.GetValueOrDefault(g.Key) : 1, Clips: g.ToArray()))
            .Where(k => k.Weight > 0)];
        if (_kinds.Length == 0)
        {
            throw new ConfigException(
                $"data.kind_weights: none of the {clips.Count} files is of a kind with a weight above 0 ({string.Join(", ", settings.KindWeights.Keys)}).",
                "data.kind_weights");
        }
    }

    /// <summary>A file for a crop of a step.</summary>
    public ClipEntry Pick(long step, SplitMix random)
    {
        double total = _kinds.Sum(k => k.Weight);
        double draw = random.NextDouble() * total;
        int kind = 0;
        while (kind < _kinds.Length - 1 && draw >= _kinds[kind].Weight)
        {
            draw -= _kinds[kind++].Weight;
        }

        int[] clips = _kinds[kind].Clips;
        double[] cumulative = Cumulative(step)[kind];
        int index = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return _clips[clips[Math.Min(index < 0 ? ~index : index, clips.Length - 1)]];
    }

    /// <summary>Sums of the files' shares in each kind. Statistics are taken of batches with negative steps, which count as the first.</summary>
    private double[][] Cumulative(long step) =>
        _cumulative.GetOrAdd(_bandLimitedWeight.At(Math.Max(0, step)), weight => [.. _kinds.Select(k => Accumulate(k.Clips, weight))]);

    private double[] Accumulate(int[] clips, double bandLimitedWeight)
    {
        // A kind of band-limited files alone is drawn as it is.
        double limited = clips.All(c => IsBandLimited(_clips[c])) ? 1 : bandLimitedWeight;
        double sum = 0;
        return [.. clips.Select(c => sum += Duration(_clips[c]) * (IsBandLimited(_clips[c]) ? limited : 1))];
    }

    private bool IsBandLimited(ClipEntry clip) => clip.BandwidthHz > 0 && clip.BandwidthHz < _fullBandHz;

    private static double Duration(ClipEntry clip) => clip.DurationSeconds > 0 ? clip.DurationSeconds : UnknownDuration;
}
