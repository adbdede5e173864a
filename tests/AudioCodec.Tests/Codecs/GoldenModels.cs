using System.Collections.Concurrent;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Codecs;

/// <summary>The models of the golden files, each built once per test run.</summary>
internal static class GoldenModels
{
    private static readonly ConcurrentDictionary<string, Lazy<EncodecModel>> s_models = new();

    public static EncodecModel Get(string name) =>
        s_models.GetOrAdd(name, key => new Lazy<EncodecModel>(() => Load(key))).Value;

    /// <summary>The golden input.</summary>
    public static AudioBuffer Audio(GoldenFile golden, EncodecConfig config) =>
        new(golden.Floats("audio"), config.Channels, config.SampleRateHz);

    /// <summary>The golden codes and scales.</summary>
    public static IReadOnlyList<EncodedSegment> Segments(GoldenFile golden, string prefix)
    {
        List<EncodedSegment> segments = [];
        for (int i = 0; golden.Contains($"{prefix}segment{i}.codes"); i++)
        {
            string scale = $"{prefix}segment{i}.scale";
            segments.Add(new EncodedSegment(
                golden.Contains(scale) ? golden.Floats(scale)[0] : 1f,
                golden.FrameMajorCodes($"{prefix}segment{i}.codes")));
        }

        return segments;
    }

    /// <summary>Encoder output for the whole signal at once, [F, D].</summary>
    public static unsafe float[] Latents(EncodecModel model, AudioBuffer audio)
    {
        RowBuffer samples = new(audio.Channels);
        RowBuffer latents = new(model.Config.Dimension);
        float* destination = samples.Append(audio.LengthSamples);
        for (int channel = 0; channel < audio.Channels; channel++)
        {
            for (int t = 0; t < audio.LengthSamples; t++)
            {
                destination[(t * audio.Channels) + channel] = audio.Channel(channel)[t];
            }
        }

        model.OpenEncoderNetwork(new Executor(1)).Process(samples.Pointer, samples.Count, last: true, latents);
        return latents.Rows.ToArray();
    }

    private static EncodecModel Load(string name)
    {
        switch (name)
        {
            case "encodec_24khz":
                return EncodecModel.Load(EncodecConfig.Encodec24Khz, FormulaWeights.Encodec24Khz());
            case "encodec_48khz":
                return EncodecModel.Load(EncodecConfig.Encodec48Khz, FormulaWeights.Encodec48Khz());
            default:
                EncodecConfig config = name switch
                {
                    "encodec_tiny_causal" => TinyConfigs.Causal,
                    "encodec_tiny_stereo" => TinyConfigs.Stereo,
                    _ => TinyConfigs.Audiocraft,
                };
                using (GoldenFile weights = GoldenFile.Open($"{name}.weights"))
                {
                    return EncodecModel.Load(config, weights.ToStateDict());
                }
        }
    }
}
