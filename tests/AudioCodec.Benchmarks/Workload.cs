using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.TestSupport;

namespace AudioCodec.Benchmarks;

/// <summary>The full-size models with formula weights (speed does not depend on the weights) and a signal for them.</summary>
internal static class Workload
{
    public static EncodecModel Model(string name) => name == "encodec_24khz"
        ? EncodecModel.Load(EncodecConfig.Encodec24Khz, FormulaWeights.Encodec24Khz())
        : EncodecModel.Load(EncodecConfig.Encodec48Khz, FormulaWeights.Encodec48Khz());

    /// <summary>A tone with noise.</summary>
    public static AudioBuffer Signal(EncodecConfig config, double seconds)
    {
        Random random = new(1);
        var samples = new float[(int)(seconds * config.SampleRateHz) * config.Channels];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (0.3f * MathF.Sin(i * 0.05f)) + (0.2f * (random.NextSingle() - 0.5f));
        }

        return new AudioBuffer(samples, config.Channels, config.SampleRateHz);
    }
}
