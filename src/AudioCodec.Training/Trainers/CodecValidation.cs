using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Metrics;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace AudioCodec.Training.Trainers;

/// <summary>Measures a network on fixed excerpts of the validation files.</summary>
internal sealed class CodecValidation
{
    private const double SilentRms = 1e-4;

    private readonly CodecTrainSettings _settings;
    private readonly ClipCache _cache;
    private readonly List<ClipEntry> _clips;

    public CodecValidation(CodecTrainSettings settings, IReadOnlyList<ClipEntry> clips, ClipCache cache)
    {
        (_settings, _cache) = (settings, cache);
        _clips = [.. clips.Where(c => settings.Data.KindWeights.Count == 0 || settings.Data.KindWeights.GetValueOrDefault(c.Kind) > 0)
            .GroupBy(c => c.Kind)
            .SelectMany(g => Spread([.. g], settings.Run.ValidFiles))];
    }

    /// <summary>SI-SDR (dB) and mel distance by kind, STOI and ESTOI of speech, and the perplexity of each level's codes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="quantize">Whether latents are quantized at the recipe's validation bandwidth.</param>
    /// <param name="samplesFolder">Receives original and output of the first files, or <see langword="null"/>.</param>
    /// <param name="onSample">Told each sample written: name, audio.</param>
    public SortedDictionary<string, double> Run(EncodecNetwork network, bool quantize, string? samplesFolder, Action<string, AudioBuffer> onSample)
    {
        var sums = new SortedDictionary<string, (double Sum, int Count)>(StringComparer.Ordinal);
        int levels = network.Config.CodebooksFor(_settings.Run.ValidBandwidth);
        var usage = new CodebookUsage(levels, network.Config.CodebookSize);
        var mel = new MelDistance(_settings.SampleRate);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (ClipEntry clip in _clips)
        {
            if (Excerpt(clip, network.Config.HopSamples) is not { } original)
            {
                continue;
            }

            (AudioBuffer output, ushort[] codes) = SegmentedCoding.Run(network, original, quantize ? levels : 0);
            usage.Add(codes, levels);
            Add(sums, $"valid_mel_{clip.Kind}", mel.Compute(original, output));
            Add(sums, $"valid_si_sdr_{clip.Kind}", SiSdr.ComputeDb(original, output));
            if (clip.Kind == "speech")
            {
                StoiScores stoi = Stoi.Compute(original, output);
                Add(sums, "valid_stoi_speech", stoi.Stoi);
                Add(sums, "valid_estoi_speech", stoi.Estoi);
            }

            if (samplesFolder is not null && written.Count < _settings.Run.ValidSamples && written.Add(clip.Kind))
            {
                WriteSample(Path.Combine(samplesFolder, $"{clip.Kind}_original.wav"), original);
                WriteSample(Path.Combine(samplesFolder, $"{clip.Kind}_output.wav"), output);
                onSample($"{clip.Kind}_output", output);
            }
        }

        var values = new SortedDictionary<string, double>(sums.ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Count), StringComparer.Ordinal);
        if (quantize)
        {
            double[] perplexities = usage.Perplexities();
            for (int level = 0; level < perplexities.Length; level++)
            {
                values[$"perplexity_{level:D2}"] = perplexities[level];
            }
        }

        return values;
    }

    private static IEnumerable<ClipEntry> Spread(ClipEntry[] clips, int count)
    {
        int taken = Math.Min(count, clips.Length);
        return Enumerable.Range(0, taken).Select(i => clips[i * clips.Length / taken]);
    }

    private static void Add(SortedDictionary<string, (double Sum, int Count)> sums, string name, double value)
    {
        if (double.IsFinite(value))
        {
            (double sum, int count) = sums.GetValueOrDefault(name);
            sums[name] = (sum + value, count + 1);
        }
    }

    private static void WriteSample(string path, AudioBuffer audio)
    {
        using var file = new MemoryStream();
        using var writer = new WavWriter(file, audio.SampleRateHz, audio.Channels, PcmEncoding.S16, audio.LengthSamples, leaveOpen: true);
        var interleaved = new float[audio.Samples.Length];
        for (int channel = 0; channel < audio.Channels; channel++)
        {
            Span<float> row = audio.Channel(channel);
            for (int i = 0; i < row.Length; i++)
            {
                interleaved[(i * audio.Channels) + channel] = Math.Clamp(row[i], -1, 1);
            }
        }

        writer.Write(interleaved);
        writer.Complete();
        WholeFile.Write(path, file.ToArray());
    }

    private AudioBuffer? Excerpt(ClipEntry clip, int hop)
    {
        if (_cache.Get(clip.Path) is not { } whole)
        {
            return null;
        }

        int length = Math.Min((int)(_settings.Run.ValidSeconds * _settings.SampleRate), whole.LengthSamples) / hop * hop;
        int start = (whole.LengthSamples - length) / 2;
        var samples = new float[whole.Channels * length];
        for (int channel = 0; channel < whole.Channels; channel++)
        {
            whole.Channel(channel).Slice(start, length).CopyTo(samples.AsSpan(channel * length));
        }

        double rms = length == 0 ? 0 : Math.Sqrt(TensorPrimitives.SumOfSquares<float>(samples) / samples.Length);
        return rms > SilentRms ? new AudioBuffer(samples, whole.Channels, whole.SampleRateHz) : null;
    }
}
