using System.Collections.Concurrent;
using AudioCodec.Audio;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data;

/// <summary>Chooses files at random: a kind by its weight, then a file of that kind by its duration, band-limited ones by their weight too. Safe for many threads.</summary>
internal sealed class ClipPicker
{
    private const double UnknownDuration = 10;
    private const double FullBandShare = 0.95;

    private readonly IReadOnlyList<AudioClip> _clips;
    private readonly DataSettings _settings;
    private readonly double _fullBandHz;
    private readonly ConcurrentDictionary<double, KindPicker> _pickers = new();

    /// <summary>Prepares choosing.</summary>
    /// <param name="clips">Files to choose from.</param>
    /// <param name="settings">Weights.</param>
    /// <param name="sampleRateHz">The model's sample rate: files with a bandwidth below 95 % of its half are band-limited.</param>
    /// <exception cref="ConfigException">The kinds with a weight above 0 have no file.</exception>
    public ClipPicker(IReadOnlyList<AudioClip> clips, DataSettings settings, int sampleRateHz)
    {
        (_clips, _settings, _fullBandHz) = (clips, settings, FullBandShare * sampleRateHz / 2);
        _ = PickerAt(0);
    }

    /// <summary>A file for a crop of a step.</summary>
    public AudioClip Pick(long step, SplitMix random) => _clips[PickerAt(step).Pick(random)];

    /// <summary>The weights of a step. Batches for statistics have negative steps, and the weights of step 0.</summary>
    private KindPicker PickerAt(long step) => _pickers.GetOrAdd(
        _settings.BandLimitedWeight.At(Math.Max(0, step)),
        weight => new KindPicker([.. _clips.Select(c => c.Kind)], _settings.KindWeights, kind => Shares(kind, weight), "files"));

    private IEnumerable<double> Shares(int[] clips, double bandLimitedWeight)
    {
        // Where all files of a kind are band-limited, the weight would change nothing but their sum.
        double limited = clips.All(c => IsBandLimited(_clips[c])) ? 1 : bandLimitedWeight;
        return clips.Select(c => Duration(_clips[c]) * (IsBandLimited(_clips[c]) ? limited : 1));
    }

    private bool IsBandLimited(AudioClip clip) => clip.BandwidthHz > 0 && clip.BandwidthHz < _fullBandHz;

    private static double Duration(AudioClip clip) => clip.DurationSeconds > 0 ? clip.DurationSeconds : UnknownDuration;
}
