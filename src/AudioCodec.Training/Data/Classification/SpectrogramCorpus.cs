using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Codecs;
using AudioCodec.Files;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data.Classification;

/// <summary>Log-mel spectrograms of recordings and of what a codec makes of them: computed once, kept in a file.</summary>
/// <param name="config">The classifier.</param>
/// <param name="codec">The codec; its rate must be the classifier's.</param>
/// <param name="fingerprint">Fingerprint of its weights; spectrograms kept in a file are used for the same weights only.</param>
/// <param name="settings">Versions.</param>
/// <param name="threads">Recordings processed at the same time.</param>
/// <param name="report">Told the progress.</param>
internal sealed class SpectrogramCorpus(
    ClassifierConfig config, EncodecModel codec, WeightsFingerprint fingerprint, ClassifierTrainSettings settings, int threads, Action<string> report)
{
    private const string KeyEntry = "key";

    private readonly ClipCache _clips = new(config.SampleRateHz, 1, 0);
    private readonly LogMelFrames _frames = new(config);

    /// <summary>Files that could not be read, and the message of the first.</summary>
    public (int Count, string? FirstError) BrokenFiles => (_clips.BrokenFiles, _clips.FirstError);

    /// <summary>The spectrograms of recordings, from <paramref name="path"/> where it holds them already; otherwise computed and written there.</summary>
    /// <param name="path">File of the spectrograms, or <see langword="null"/> to keep them in memory only.</param>
    /// <param name="clips">The recordings.</param>
    /// <param name="variants">Coded versions of each that has a label.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>Those of the files that can be read.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<SpectrogramSet> Get(string? path, IReadOnlyList<LabelledClip> clips, int variants, CancellationToken cancellation)
    {
        string key = Key(clips, variants);
        if (path is not null && TryRead(path, key, clips) is { } kept)
        {
            return kept;
        }

        var sets = new SpectrogramSet?[clips.Count];
        var progress = new EncodingProgress([.. clips.Select(clip => clip.Clip)], "files", report);
        LargestFirst.Run([.. clips.Select(clip => clip.Clip.Path)], threads, i =>
        {
            if (_clips.Get(clips[i].Clip.Path) is { } audio)
            {
                sets[i] = new SpectrogramSet(clips[i], Versions(audio, i, clips[i].Class == LabelledClip.Background ? 0 : variants));
                progress.Add((double)audio.LengthSamples / audio.SampleRateHz);
            }
        }, cancellation);
        if (path is not null)
        {
            Write(path, key, sets);
        }

        return [.. sets.OfType<SpectrogramSet>()];
    }

    private static void Write(string path, string key, SpectrogramSet?[] sets)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata(KeyEntry, key);
        for (int i = 0; i < sets.Length; i++)
        {
            for (int version = 0; version < (sets[i]?.Versions.Count ?? 0); version++)
            {
                float[] values = sets[i]!.Versions[version]; // A missing one has no versions.
                writer.Add($"{i}/{version}", [values.Length], values, TensorType.F16);
            }
        }

        writer.Save(path);
    }

    private static List<SpectrogramSet>? TryRead(string path, string key, IReadOnlyList<LabelledClip> clips)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(KeyEntry) != key)
        {
            return null;
        }

        StateDict tensors = file.ToStateDict();
        var sets = new List<SpectrogramSet>();
        for (int i = 0; i < clips.Count; i++)
        {
            var versions = new List<float[]>();
            while (tensors.TryGet($"{i}/{versions.Count}", out CheckpointTensor? values))
            {
                versions.Add(values.Values);
            }

            if (versions.Count > 0)
            {
                sets.Add(new SpectrogramSet(clips[i], versions));
            }
        }

        return sets;
    }

    private float[][] Versions(AudioBuffer audio, int clip, int variants)
    {
        ClassifierDataSettings data = settings.Data;
        var change = new ClipVariant(-6, 3, data.PitchSemitones, data.TiltDb);
        (double Kbps, double Weight)[] rates = [.. codec.Config.BandwidthsKbps.Select(kbps => (kbps, data.BandwidthWeights.Count == 0 ? 1 : data.BandwidthWeights.GetValueOrDefault(kbps)))];
        var versions = new float[variants + 1][];
        versions[0] = Spectrogram(audio);
        for (int variant = 1; variant <= variants; variant++)
        {
            SplitMix random = SplitMix.For(settings.Run.Seed, -1 - clip, variant);
            (AudioBuffer made, double kbps) = variant == 1
                ? (audio, settings.Run.ValidBandwidth)
                : (change.Make(audio, codec.Config.HopSamples, random), rates[random.NextIndex([.. rates.Select(r => r.Weight)])].Kbps);

            // A generator's tokens are learned from the greedy search's.
            versions[variant] = Spectrogram(codec.Decode(codec.Encode(made, kbps, searchWidth: 1)));
        }

        return versions;
    }

    /// <summary>Relative to its loudest point and rounded as the file holds it, so that a resumed run sees the same.</summary>
    private float[] Spectrogram(AudioBuffer audio)
    {
        float[] bands = _frames.Compute(audio.Channel(0));
        _frames.MakeRelative(bands);
        return Array.ConvertAll(bands, value => (float)(Half)value);
    }

    /// <summary>Everything that the spectrograms depend on, as one hash.</summary>
    private string Key(IReadOnlyList<LabelledClip> clips, int variants)
    {
        ClassifierDataSettings data = settings.Data;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{fingerprint} {variants} {data.PitchSemitones} {data.TiltDb} {settings.Run.Seed} {settings.Run.ValidBandwidth}");
        text.Append(CultureInfo.InvariantCulture, $" {config.SampleRateHz} {config.FftSize} {config.HopSamples} {config.MelBands} {config.LowestHz} {config.RangeDb}\n");
        text.AppendJoin(' ', data.BandwidthWeights.Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Key}:{w.Value}"))).Append('\n');
        foreach (LabelledClip clip in clips)
        {
            var file = new FileInfo(clip.Clip.Path);
            text.Append(CultureInfo.InvariantCulture, $"{clip.Clip.Path} {clip.Class >= 0} {(file.Exists ? file.Length : -1)}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
