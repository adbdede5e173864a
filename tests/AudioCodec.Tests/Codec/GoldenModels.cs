using System.Collections.Concurrent;
using AudioCodec.Audio;
using AudioCodec.Codec;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Codec;

/// <summary>The models of the golden files, each built once per test run.</summary>
internal static class GoldenModels
{
    private static readonly ConcurrentDictionary<string, Lazy<EncodecModel>> s_models = new();

    public static EncodecConfig TinyCausal { get; } = new()
    {
        Name = "encodec_tiny_causal",
        SampleRateHz = 8000,
        Channels = 1,
        Causal = true,
        Norm = ConvNorm.WeightNorm,
        Filters = 4,
        Ratios = [4, 2],
        Dimension = 16,
        LstmLayers = 1,
        Codebooks = 4,
        CodebookSize = 16,
        BandwidthsKbps = [4, 8, 16],
    };

    public static EncodecConfig TinyStereo { get; } = TinyCausal with
    {
        Name = "encodec_tiny_stereo",
        Channels = 2,
        Causal = false,
        Norm = ConvNorm.TimeGroupNorm,
        NormalizeSegments = true,
        SegmentSamples = 400,
        SegmentStrideSamples = 396,
    };

    public static EncodecConfig AudiocraftTiny { get; } = TinyCausal with
    {
        Name = "encodec_audiocraft_tiny",
        SampleRateHz = 16000,
        Causal = false,
        TrueSkip = true,
        Padding = PaddingMode.Constant,
        LstmLayers = 2,
        CodebookSize = 32,
        BandwidthsKbps = [40],
    };

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

        new SeanetEncoderState(model.Encoder, new Executor(1)).Process(samples.Pointer, samples.Count, last: true, latents);
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
                    "encodec_tiny_causal" => TinyCausal,
                    "encodec_tiny_stereo" => TinyStereo,
                    _ => AudiocraftTiny,
                };
                using (GoldenFile weights = GoldenFile.Open($"{name}.weights"))
                {
                    return EncodecModel.Load(config, weights.ToStateDict());
                }
        }
    }
}
