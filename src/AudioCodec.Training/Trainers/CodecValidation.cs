using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Files;
using AudioCodec.Metrics;
using AudioCodec.Torch;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;

namespace AudioCodec.Training.Trainers;

/// <summary>Measures a network on fixed excerpts of the validation files.</summary>
internal sealed class CodecValidation(CodecTrainSettings settings, IReadOnlyList<AudioClip> clips, ClipCache cache)
{
    private const double SilentRms = 1e-4;
    private const string UnknownKind = "audio";

    /// <summary>SI-SDR (dB) and mel distance by kind, STOI and ESTOI of speech, and the perplexity of each level's codes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="quantize">Whether latents are quantized at the recipe's validation bandwidth.</param>
    /// <param name="samplesFolder">Receives original and output of the first files, or <see langword="null"/>.</param>
    /// <param name="onSample">Told each sample written: name, audio.</param>
    public SortedDictionary<string, double> Run(EncodecNetwork network, bool quantize, string? samplesFolder, Action<string, AudioBuffer> onSample)
    {
        var sums = new SortedDictionary<string, (double Sum, int Count)>(StringComparer.Ordinal);
        int levels = network.Config.CodebooksFor(settings.Run.ValidBandwidth);
        var usage = new CodebookUsage(levels, network.Config.CodebookSize);
        var mel = new MelDistance(settings.Model.SampleRateHz);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (AudioClip clip in clips)
        {
            if (Excerpt(clip, network.Config.HopSamples) is not { } original)
            {
                continue;
            }

            string kind = clip.Kind.Length > 0 ? clip.Kind : UnknownKind;
            (AudioBuffer output, ushort[] codes) = SegmentedCoding.Run(network, original, quantize ? levels : 0);
            usage.Add(codes, levels);
            Add(sums, $"valid_mel_{kind}", mel.Compute(original, output));
            Add(sums, $"valid_si_sdr_{kind}", SiSdr.ComputeDb(original, output));
            if (kind == "speech")
            {
                StoiScores stoi = Stoi.Compute(original, output);
                Add(sums, "valid_stoi_speech", stoi.Stoi);
                Add(sums, "valid_estoi_speech", stoi.Estoi);
            }

            if (samplesFolder is not null && written.Count < settings.Run.ValidSamples && written.Add(kind))
            {
                AtomicFile.Write(Path.Combine(samplesFolder, $"{kind}_original.wav"), WavWriter.ToBytes(original));
                AtomicFile.Write(Path.Combine(samplesFolder, $"{kind}_output.wav"), WavWriter.ToBytes(output));
                onSample($"{kind}_output", output);
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

    private static void Add(SortedDictionary<string, (double Sum, int Count)> sums, string name, double value)
    {
        if (double.IsFinite(value))
        {
            (double sum, int count) = sums.GetValueOrDefault(name);
            sums[name] = (sum + value, count + 1);
        }
    }

    private AudioBuffer? Excerpt(AudioClip clip, int hop)
    {
        if (cache.Get(clip.Path) is not { } whole)
        {
            return null;
        }

        int length = Math.Min((int)(settings.Run.ValidSeconds * settings.Model.SampleRateHz), whole.LengthSamples) / hop * hop;
        AudioBuffer middle = whole.Slice((whole.LengthSamples - length) / 2, length);
        double rms = length == 0 ? 0 : Math.Sqrt(TensorPrimitives.SumOfSquares<float>(middle.Samples) / middle.Samples.Length);
        return rms > SilentRms ? middle : null;
    }
}
