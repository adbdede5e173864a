using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Numerics;

namespace AudioCodec.Tests.Classification;

public sealed class SoundClassifierTests
{
    private static readonly ClassifierConfig s_config = new()
    {
        Name = "judge",
        Labels = ["a", "b", "c"],
        SampleRateHz = 8000,
        FftSize = 256,
        HopSamples = 160,
        MelBands = 16,
        WindowFrames = 20,
        WindowStepFrames = 10,
        Filters = [4, 6],
        Embedding = 5,
        Members = 2,
    };

    private static readonly SoundClassifier s_classifier = SoundClassifier.Load(s_config, Weights(s_config));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(3200)]
    [InlineData(9999)]
    public void Classify_AnyLength_GivesProbabilitiesAndAnEmbeddingPerWindow(int samples)
    {
        SoundClassification heard = s_classifier.Classify(Noise(samples));
        Assert.Equal(3, heard.Probabilities.Length);
        Assert.Equal(1, heard.Probabilities.Sum(), 1e-5);
        Assert.All(heard.Probabilities, p => Assert.InRange(p, 0, 1));
        int frames = samples == 0 ? 1 : (samples / 160) + 1;
        Assert.Equal(frames <= 20 ? 1 : 1 + ((frames - 20 + 9) / 10), heard.Embeddings.Count);
        Assert.All(heard.Embeddings, embedding => Assert.Equal(s_classifier.EmbeddingSize, embedding.Length));
        Assert.All(heard.Embeddings.SelectMany(e => e), value => Assert.True(float.IsFinite(value) && value >= 0));
    }

    [Fact]
    public void Classify_Louder_IsTheSame()
    {
        AudioBuffer quiet = Noise(6000), loud = new([.. quiet.Samples.Select(x => x * 8)], 1, 8000);
        Equal(s_classifier.Classify(quiet), s_classifier.Classify(loud), 1e-4f);
    }

    [Fact]
    public void Classify_Stereo_TakesTheMean()
    {
        AudioBuffer mono = Noise(6000), stereo = new([.. mono.Samples, .. mono.Samples], 2, 8000);
        Equal(s_classifier.Classify(mono), s_classifier.Classify(stereo), 1e-6f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Classify_SamplesThatAreNotFinite_CountAsSilence(float bad)
    {
        AudioBuffer holes = Noise(4000), damaged = Noise(4000);
        for (int i = 1000; i < 1100; i++)
        {
            (holes.Samples[i], damaged.Samples[i]) = (0, bad);
        }

        Equal(s_classifier.Classify(holes), s_classifier.Classify(damaged), 1e-6f);
        SoundClassification nothing = s_classifier.Classify(new AudioBuffer([.. Enumerable.Repeat(bad, 4000)], 1, 8000));
        Equal(s_classifier.Classify(new AudioBuffer(new float[4000], 1, 8000)), nothing, 1e-6f);
    }

    [Fact]
    public void Classify_HugeSamples_StayFinite()
    {
        AudioBuffer huge = new([.. Enumerable.Repeat(float.MaxValue, 2000), .. Enumerable.Repeat(float.MinValue, 2000)], 1, 8000);
        Assert.Equal(1, s_classifier.Classify(huge).Probabilities.Sum(), 1e-5);
    }

    [Fact]
    public void Classify_OtherRate_IsRefused() =>
        Assert.Contains("8000 Hz", Assert.Throws<ArgumentException>(() => s_classifier.Classify(new AudioBuffer(new float[10], 1, 16000))).Message, StringComparison.Ordinal);

    [Fact]
    public void Classify_HigherTemperature_IsLessSure()
    {
        AudioBuffer audio = Noise(3000);
        SoundClassifier calmer = SoundClassifier.Load(s_config with { Temperature = 4 }, Weights(s_config));
        Assert.True(calmer.Classify(audio).Probabilities.Max() < s_classifier.Classify(audio).Probabilities.Max());
    }

    [Fact]
    public void Load_MissingOrMisshapenTensor_NamesIt()
    {
        var tensors = Weights(s_config).Tensors.ToDictionary(t => t.Key, t => t.Value);
        tensors.Remove("members.1.head.bias");
        Assert.Contains("members.1.head.bias", Assert.Throws<CheckpointException>(() => SoundClassifier.Load(s_config, new StateDict("test", tensors))).Message, StringComparison.Ordinal);
        tensors["members.1.head.bias"] = new CheckpointTensor([4], new float[4]);
        Assert.Contains("shape [4]", Assert.Throws<CheckpointException>(() => SoundClassifier.Load(s_config, new StateDict("test", tensors))).Message, StringComparison.Ordinal);
    }

    /// <summary>Against the definition, written out for one window.</summary>
    [Fact]
    public void Run_OneLayer_EqualsTheDefinition()
    {
        ClassifierConfig config = s_config with { Filters = [3], Members = 1, WindowFrames = 9, WindowStepFrames = 9, MelBands = 8 };
        StateDict weights = Weights(config);
        var random = new SplitMix(4);
        float[] window = [.. Enumerable.Range(0, 72).Select(_ => (float)random.NextDouble(-2, 2))];
        var embedding = new float[5];
        var logits = new float[3];
        new ClassifierMember(config, weights, 0).Run(window, embedding, logits);

        float[] Of(string name) => weights.Tensors["members.0." + name].Values;
        double At(int y, int x) => y is < 0 or > 8 || x is < 0 or > 7 ? 0 : window[(y * 8) + x];
        double Conv(int o, int y, int x)
        {
            double sum = Enumerable.Range(0, 9).Sum(k => Of("convs.0.weight")[(o * 9) + k] * At(y + (k / 3) - 1, x + (k % 3) - 1));
            double normal = ((sum - Of("norms.0.running_mean")[o]) / Math.Sqrt(Of("norms.0.running_var")[o] + 1e-5) * Of("norms.0.weight")[o]) + Of("norms.0.bias")[o];
            return Math.Max(0, normal);
        }

        double[] pooled = [.. from o in Enumerable.Range(0, 3) from x in Enumerable.Range(0, 8) select Enumerable.Range(0, 9).Average(y => Conv(o, y, x)) + Enumerable.Range(0, 9).Max(y => Conv(o, y, x))];
        double[] expected = [.. Enumerable.Range(0, 5).Select(i => Math.Max(0, Of("embedding.bias")[i] + pooled.Select((p, j) => p * Of("embedding.weight")[(i * 24) + j]).Sum()))];
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(expected[i], embedding[i], 1e-4);
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Of("head.bias")[i] + expected.Select((e, j) => e * Of("head.weight")[(i * 5) + j]).Sum(), logits[i], 1e-4);
        }
    }

    [Fact]
    public void Windows_CoverTheWholeRecording()
    {
        var frames = new LogMelFrames(s_config);
        float[] bands = [.. Enumerable.Range(0, 47 * 16).Select(i => (float)(i / 16) / 100)];
        float[] windows = frames.Windows(bands);
        Assert.Equal(4 * 20 * 16, windows.Length);

        // Each frame is louder than the one before, so that the last of each window is the loudest: 2.
        Assert.All(Enumerable.Range(1, 4), i => Assert.Equal(2, windows[(i * 320) - 1], 1e-6f));
        float[] one = frames.Windows(bands.AsSpan(0, 10 * 16));
        Assert.Equal(320, one.Length);
        Assert.Equal(-2, one[0]);
        Assert.Equal(2, one[(15 * 16) - 1], 1e-6f);
    }

    private static AudioBuffer Noise(int samples)
    {
        var random = new SplitMix(11);
        return new AudioBuffer([.. Enumerable.Range(0, samples).Select(i => (float)(random.NextDouble(-0.1, 0.1) * (1 + Math.Sin(i * 0.001))))], 1, 8000);
    }

    private static StateDict Weights(ClassifierConfig config)
    {
        var random = new SplitMix(3);
        return new StateDict("test", ClassifierTensors.For(config).ToDictionary(
            t => t.Name,
            t => new CheckpointTensor(t.Shape, [.. Enumerable.Range(0, t.Shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)(t.Name.EndsWith("var", StringComparison.Ordinal) ? random.NextDouble(0.5, 2) : random.NextDouble(-0.5, 0.5)))])));
    }

    private static void Equal(SoundClassification expected, SoundClassification actual, float tolerance)
    {
        foreach ((float a, float b) in expected.Probabilities.Zip(actual.Probabilities).Concat(expected.Embeddings.SelectMany(e => e).Zip(actual.Embeddings.SelectMany(e => e))))
        {
            Assert.Equal(a, b, tolerance);
        }
    }
}
