using AudioCodec.Audio;
using AudioCodec.Evaluation.Generation;

namespace AudioCodec.Evaluation.Tests.Generation;

/// <summary>Tells low tones from high ones by counting zero crossings: a classifier and embedding whose answers are known.</summary>
internal sealed class ToneClassifier : IAudioClassifier, IAudioEmbedding
{
    public string Name => "tones";

    public int SampleRateHz => 8000;

    public IReadOnlyList<string> Labels => ["low", "high"];

    public int Dimensions => 2;

    public float[] Classify(AudioBuffer audio) => Hz(audio) < 1000 ? [0.9f, 0.1f] : [0.2f, 0.8f];

    public IReadOnlyList<float[]> Embed(AudioBuffer audio) =>
        [.. Enumerable.Range(0, Math.Max(1, audio.LengthSamples / 4000)).Select(i => (float[])[(float)Hz(audio) / 1000, Math.Abs(audio.Samples.ElementAtOrDefault((i * 4000) + 7))])];

    public static AudioBuffer Tone(double hz, int samples = 8000, int sampleRateHz = 8000, double phase = 0) =>
        new([.. Enumerable.Range(0, samples).Select(i => (float)(0.5 * Math.Sin((2 * Math.PI * hz * i / sampleRateHz) + phase)))], 1, sampleRateHz);

    private static double Hz(AudioBuffer audio)
    {
        int crossings = 0;
        for (int i = 1; i < audio.LengthSamples; i++)
        {
            crossings += audio.Samples[i] >= 0 != audio.Samples[i - 1] >= 0 ? 1 : 0;
        }

        return crossings / 2.0 * audio.SampleRateHz / Math.Max(1, audio.LengthSamples);
    }
}
