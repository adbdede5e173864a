using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Entropy;
using AudioCodec.Tests.Codecs;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Entropy;

public sealed class EntropyModelTests
{
    [Fact]
    public void Probabilities_FirstSteps_AgreeWithTheReference()
    {
        using GoldenFile golden = GoldenFile.Open("encodec_24khz");
        int[] shape = golden.Shape("lm.probabilities");
        ushort[] codes = golden.FrameMajorCodes("bw6.segment0.codes");
        Check(FormulaModels.Full24, codes, golden.Floats("lm.probabilities"), [.. Enumerable.Range(0, shape[0])], shape[2]);
    }

    /// <summary>The reference forced this model on the codes of the first 24,000 samples, encoded as a piece of their own.</summary>
    [Fact]
    public void Probabilities_FirstStepsOfTheStereoModel_AgreeWithTheReference()
    {
        using GoldenFile golden = GoldenFile.Open("encodec_48khz");
        EncodecModel codec = GoldenModels.Get("encodec_48khz");
        AudioBuffer audio = GoldenModels.Audio(golden, codec.Config);
        float[] start = [.. Enumerable.Range(0, audio.Channels).SelectMany(channel => audio.Channel(channel)[..24000].ToArray())];
        EncodedAudio encoded = codec.Encode(new AudioBuffer(start, audio.Channels, audio.SampleRateHz), 6);
        int[] shape = golden.Shape("lm.probabilities");
        Assert.InRange(shape[0], 2, encoded.FrameCount);
        Check(FormulaModels.Full48, Assert.Single(encoded.Segments).Codes, golden.Floats("lm.probabilities"), [.. Enumerable.Range(0, shape[0])], shape[2]);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(48)]
    public void Probabilities_AsTheWindowSlides_AgreeWithTheReference(int kiloHertz)
    {
        using GoldenFile golden = GoldenFile.Open($"lm_window_{kiloHertz}khz");
        int codebooks = golden.Shape("codes")[0];
        Check(Model(kiloHertz), golden.FrameMajorCodes("codes"), golden.Floats("probabilities"), golden.Ints("steps"), codebooks);
    }

    [Fact]
    public void Advance_BatchedStepwiseOrInterleaved_GivesTheSameBits()
    {
        const int steps = 150; // More than the slots of the window: the caches move.
        EntropyModel model = FormulaModels.Tiny;
        ushort[] codes = FormulaModels.RandomCodes(steps, 3, 32, 1);
        float[] batched = Logits(model, codes, 3, ExactKernels.Best, 64);
        Assert.Equal(batched, Logits(model, codes, 3, ExactKernels.Best, 1));
        Assert.Equal(batched, Logits(model, codes, 3, ExactKernels.Best, 7));

        // Three sequences in lock step, one of them started late.
        var state = new EntropyState(model, 3, steps, ExactKernels.Best);
        int[] sequences = [2, 0, 1];
        for (int i = 0; i < steps; i++)
        {
            ReadOnlySpan<int> running = i < 10 ? sequences.AsSpan(0, 2) : sequences;
            var previous = new ushort[running.Length * 3];
            for (int row = 0; row < running.Length; row++)
            {
                int step = i - (running[row] == 1 ? 10 : 0);
                codes.AsSpan(Math.Max(0, step - 1) * 3, 3).CopyTo(previous.AsSpan(row * 3));
            }

            state.Advance(running, previous, 3);
            ReadOnlySpan<float> logits = state.Logits(running.Length, 2);
            for (int row = 0; row < running.Length; row++)
            {
                int step = i - (running[row] == 1 ? 10 : 0);
                Assert.True(logits.Slice(row * state.LogitStride, 32).SequenceEqual(batched.AsSpan(((step * 3) + 2) * 32, 32)), $"step {i}, row {row}");
            }
        }
    }

    [Fact]
    public void Advance_EveryWidth_GivesTheSameBits()
    {
        ushort[] codes = FormulaModels.RandomCodes(70, 4, 32, 2);
        float[] expected = Logits(FormulaModels.Tiny, codes, 4, ExactKernels.All[0], 64);
        Assert.All(expected, x => Assert.True(float.IsFinite(x)));
        foreach (ExactKernels kernels in ExactKernels.All)
        {
            Assert.Equal(expected, Logits(FormulaModels.Tiny, codes, 4, kernels, 1));
            Assert.Equal(expected, Logits(FormulaModels.Tiny, codes, 4, kernels, 64));
        }
    }

    [Fact]
    public void Pack_AnyWeights_AreOffByHalfAUnitOfSixteenBits()
    {
        const int inputs = 3;
        const int outputs = 70; // Three panels, the last not full.
        var random = new Random(5);
        float[] weight = [.. Enumerable.Range(0, inputs * outputs).Select(i => (random.NextSingle() - 0.5f) * MathF.Pow(10, (i / inputs % 9) - 6))];
        weight.AsSpan(12 * inputs, inputs).Clear();
        float[] bias = [.. Enumerable.Range(0, outputs).Select(_ => random.NextSingle())];
        ExactMatrix packed = ExactMatrix.Pack(weight, bias, inputs);
        var unit = new float[inputs];
        var result = new float[packed.PaddedOutputs];
        for (int k = 0; k < inputs; k++)
        {
            unit.AsSpan().Clear();
            unit[k] = 1;
            ExactKernels.Best.Multiply(unit, inputs, 1, packed, result, result.Length);
            for (int n = 0; n < outputs; n++)
            {
                float largest = weight.AsSpan(n * inputs, inputs).ToArray().Max(Math.Abs);
                Assert.Equal(weight[(n * inputs) + k] + bias[n], result[n], (0.5001f * largest / 32766) + 2e-7f);
            }
        }

        Assert.All(result[outputs..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Load_WeightThatIsNotFiniteOrAbsurd_NamesTheTensor()
    {
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, 1e9f })
        {
            StateDict weights = FormulaModels.TinyWeights();
            weights.Tensors["linears.1.bias"].Values[3] = bad;
            Assert.Equal("linears.1.bias", Assert.Throws<CheckpointException>(() => EntropyModel.Load(FormulaModels.TinyConfig, weights)).Tensor);
        }
    }

    [Fact]
    public void Config_ToJson_RoundTripsAndRefusesUnknownKeys()
    {
        byte[] json = FormulaModels.TinyConfig.ToJson();
        Assert.Equal(FormulaModels.TinyConfig, EntropyModelConfig.Parse(json, "config.json"));

        string text = System.Text.Encoding.UTF8.GetString(json);
        Assert.Throws<ConfigException>(() => EntropyModelConfig.Parse(Bytes(text.Replace("\"window\"", "\"windows\"")), "config.json"));
        Assert.Throws<ConfigException>(() => EntropyModelConfig.Parse(Bytes(text.Replace("\"heads\": 6", "\"heads\": 7")), "config.json"));
        Assert.Throws<ConfigException>(() => EntropyModelConfig.Parse(Bytes(text.Replace("entropy_lm", "codec")), "config.json"));
        Assert.Throws<ConfigException>(() => EntropyModelConfig.Parse(Bytes("[1]"), "config.json"));
        static byte[] Bytes(string s) => System.Text.Encoding.UTF8.GetBytes(s);
    }

    [Fact]
    public void Fingerprint_DependsOnNamesShapesAndValues()
    {
        WeightsFingerprint original = WeightsFingerprint.Of(FormulaModels.TinyWeights());
        Assert.Equal(original, FormulaModels.Tiny.Fingerprint);
        Assert.Equal(original, WeightsFingerprint.FromBytes(original.ToBytes()));
        StateDict changed = FormulaModels.TinyWeights();
        changed.Tensors["emb.0.weight"].Values[0] += 0.001f;
        Assert.NotEqual(original, WeightsFingerprint.Of(changed));
        var renamed = FormulaModels.TinyWeights().Tensors.ToDictionary(t => t.Key.Replace("emb.0", "emb.9"), t => t.Value);
        Assert.NotEqual(original, WeightsFingerprint.Of(new StateDict("x", renamed)));
    }

    private static EntropyModel Model(int kiloHertz) => kiloHertz == 24 ? FormulaModels.Full24 : FormulaModels.Full48;

    private static void Check(EntropyModel model, ushort[] codes, float[] expected, int[] steps, int codebooks)
    {
        const int size = 1024;
        float[] logits = Logits(model, codes[..((steps[^1] + 1) * codebooks)], codebooks, ExactKernels.Best, 64);
        double worst = 0;
        for (int s = 0; s < steps.Length; s++)
        {
            for (int k = 0; k < codebooks; k++)
            {
                var row = logits.AsSpan(((steps[s] * codebooks) + k) * size, size).ToArray();
                double max = row.Max();
                double sum = row.Sum(x => Math.Exp(x - max));
                var table = new FrequencyTable(size);
                ReadOnlySpan<int> cumulative = table.Build(row);
                Assert.True(cumulative[^1] <= 1 << 24);
                for (int n = 0; n < size; n++)
                {
                    double probability = Math.Exp(row[n] - max) / sum;
                    double coded = (cumulative[n] - (n == 0 ? 0 : cumulative[n - 1])) / (double)(1 << 24);
                    worst = Math.Max(worst, Math.Abs(probability - expected[(((s * size) + n) * codebooks) + k]));
                    Assert.InRange(coded, probability * 0.9998 - 2e-7, probability + 2e-7);
                }
            }
        }

        Assert.InRange(worst, 0, 6e-5); // 1e-4 is asked for; 5e-5 is reached, nearly all of it from rounding the weights to 16 bits.
    }

    /// <summary>[S, K, N] logits, advancing <paramref name="rows"/> steps at a time.</summary>
    private static float[] Logits(EntropyModel model, ushort[] codes, int codebooks, ExactKernels kernels, int rows)
    {
        int size = model.Config.CodebookSize;
        int steps = codes.Length / codebooks;
        var state = new EntropyState(model, 1, steps, kernels);
        var all = new float[steps * codebooks * size];
        var shifted = new ushort[codes.Length + codebooks];
        codes.CopyTo(shifted, codebooks);
        for (int step = 0; step < steps; step += rows)
        {
            int count = Math.Min(rows, steps - step);
            state.Advance(new int[count], shifted.AsSpan(step * codebooks, count * codebooks), codebooks);
            for (int k = 0; k < codebooks; k++)
            {
                ReadOnlySpan<float> logits = state.Logits(count, k);
                for (int row = 0; row < count; row++)
                {
                    logits.Slice(row * state.LogitStride, size).CopyTo(all.AsSpan((((step + row) * codebooks) + k) * size));
                }
            }
        }

        return all;
    }
}
