using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.TestSupport;

namespace AudioCodec.Benchmarks;

/// <summary>The full-size models with formula weights (speed does not depend on the weights) and a signal for them.</summary>
internal static class Workload
{
    public static EncodecModel Model(string name) => EncodecModel.Load(Config(name), Weights(name));

    public static EncodecConfig Config(string name) => name == "encodec_24khz" ? EncodecConfig.Encodec24Khz : EncodecConfig.Encodec48Khz;

    public static StateDict Weights(string name) => name == "encodec_24khz" ? FormulaWeights.Encodec24Khz() : FormulaWeights.Encodec48Khz();

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
