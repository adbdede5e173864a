using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Text;

namespace AudioCodec.Tests.Text;

public sealed class T5EncoderTests
{
    private static readonly T5Config s_tiny = new() { VocabularySize = 200, Dimension = 48, Heads = 4, HeadWidth = 12, FeedForward = 96, Layers = 3 };

    [Theory]
    [InlineData("t5_tiny", false)]
    [InlineData("t5_tiny_gated", true)]
    public void Encode_EachTextAlone_GivesTheReferencesStatesOfTheBatch(string name, bool gated)
    {
        using GoldenFile golden = GoldenFile.Open(name);
        T5Encoder encoder = T5Encoder.Load(s_tiny with { Gated = gated }, Weights(name));
        for (int text = 0; text < 3; text++)
        {
            // What the mask leaves out stands behind the text.
            int[] mask = golden.Ints($"case{text}.mask");
            int tokens = mask.Sum();
            Assert.All(mask[..tokens], present => Assert.Equal(1, present));
            TextStates states = encoder.Encode(golden.Ints($"case{text}.ids").AsSpan(0, tokens), threads: 1);
            float[] expected = golden.Floats($"case{text}.hidden")[..(tokens * 48)];
            Assert.Equal((tokens, 48), (states.Tokens, states.Width));
            float scale = expected.Max(Math.Abs);
            double worst = expected.Zip(states.Values.ToArray(), (e, a) => Math.Abs((double)e - a)).Max();
            Assert.InRange(worst, 0, 1e-5 * scale);
        }
    }

    [Fact]
    public void Encode_OnTwoThreads_GivesTheSameBits()
    {
        T5Config wide = s_tiny with { Dimension = 256, FeedForward = 512, Heads = 8, HeadWidth = 32, Gated = true };
        T5Encoder encoder = T5Encoder.Load(wide, Formula(wide));
        int[] tokens = [.. Enumerable.Range(0, 190)];
        Assert.Equal(encoder.Encode(tokens, 1).Values.ToArray(), encoder.Encode(tokens, 2).Values.ToArray());
    }

    /// <summary>How far the states move, as a share of their norm, with the matrices of t5-base's width in other formats than single precision.</summary>
    [Theory]
    [InlineData(WeightFormat.F16, 1e-5, 1e-3)]
    [InlineData(WeightFormat.BF16, 1e-4, 8e-3)]
    [InlineData(WeightFormat.I8, 1e-3, 3e-2)]
    public void Encode_OtherWeightFormat_MovesTheStatesByItsRounding(WeightFormat format, double least, double most)
    {
        T5Config wide = s_tiny with { Dimension = 768, FeedForward = 1024, Heads = 12, HeadWidth = 64, Layers = 2, Gated = true };
        StateDict weights = Formula(wide);
        int[] tokens = [.. Enumerable.Range(3, 20)];
        float[] exact = T5Encoder.Load(wide, weights).Encode(tokens, 1).Values.ToArray();
        float[] states = T5Encoder.Load(wide, weights, format).Encode(tokens, 1).Values.ToArray();
        double distance = Math.Sqrt(exact.Zip(states, (e, a) => Math.Pow((double)e - a, 2)).Sum() / exact.Sum(e => (double)e * e));
        Assert.InRange(distance, least, most);
    }

    /// <summary>A large value does not overflow in a matrix or in the embedding.</summary>
    [Theory]
    [InlineData(1e6f)]
    [InlineData(-1e6f)]
    public void Encode_ValuesBeyondHalfPrecision_AreKept(float factor)
    {
        var tensors = new Dictionary<string, CheckpointTensor>(Weights("t5_tiny").Tensors);
        foreach (string name in new[] { T5EncoderTensors.Embedding, T5EncoderTensors.FeedForward(1, "wo") })
        {
            tensors[name] = new CheckpointTensor(tensors[name].Shape, [.. tensors[name].Values.Select(value => value * factor)]);
        }

        StateDict large = new("large", tensors);
        float[] exact = T5Encoder.Load(s_tiny, large).Encode([7, 8, 1], 1).Values.ToArray();
        float[] states = T5Encoder.Load(s_tiny, large, WeightFormat.F16).Encode([7, 8, 1], 1).Values.ToArray();
        Assert.All(exact.Zip(states), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.01 * exact.Max(Math.Abs)));
    }

    [Fact]
    public void Load_OtherNameOfTheEmbeddingAndADecoder_GivesTheSameStates()
    {
        StateDict weights = Weights("t5_tiny");
        Dictionary<string, CheckpointTensor> renamed = weights.Tensors.ToDictionary(t => t.Key == "shared.weight" ? "encoder.embed_tokens.weight" : t.Key, t => t.Value);
        renamed.Add("decoder.block.0.layer.0.SelfAttention.q.weight", new CheckpointTensor([1], [float.NaN]));
        renamed.Add("lm_head.weight", new CheckpointTensor([1], [1f]));
        int[] tokens = [5, 9, 1];
        Assert.Equal(
            T5Encoder.Load(s_tiny, weights).Encode(tokens, 1).Values.ToArray(),
            T5Encoder.Load(s_tiny, new StateDict("renamed", renamed)).Encode(tokens, 1).Values.ToArray());
    }

    [Fact]
    public void Load_WrongWeights_NamesTheTensor()
    {
        StateDict weights = Weights("t5_tiny");
        Assert.Equal("shared.weight", Refused(tensors => tensors.Remove("shared.weight")).Tensor);
        Assert.Equal("encoder.final_layer_norm.weight", Refused(tensors => tensors["encoder.final_layer_norm.weight"] = new CheckpointTensor([47], new float[47])).Tensor);
        foreach (float value in new[] { float.NaN, float.PositiveInfinity })
        {
            foreach (string name in weights.Tensors.Keys)
            {
                CheckpointTensor tensor = weights.Tensors[name];
                float[] values = [.. tensor.Values];
                values[^1] = value;
                CheckpointException error = Refused(tensors => tensors[name] = new CheckpointTensor(tensor.Shape, values));
                Assert.Equal(name, error.Tensor);
                Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal("encoder.block.0.layer.1.DenseReluDense.wi_0.weight", Assert.Throws<CheckpointException>(() => T5Encoder.Load(s_tiny with { Gated = true }, weights)).Tensor);

        CheckpointException Refused(Action<Dictionary<string, CheckpointTensor>> change)
        {
            var tensors = new Dictionary<string, CheckpointTensor>(weights.Tensors);
            change(tensors);
            return Assert.Throws<CheckpointException>(() => T5Encoder.Load(s_tiny, new StateDict("changed", tensors)));
        }
    }

    private static StateDict Weights(string name)
    {
        using GoldenFile file = GoldenFile.Open($"{name}.weights.safetensors");
        return file.ToStateDict();
    }

    /// <summary>Weights of the size that T5 starts its training with: scores of attention have the variance 1.</summary>
    private static StateDict Formula(T5Config config) => new("formula", T5EncoderTensors.For(config).ToDictionary(tensor => tensor.Name, tensor =>
    {
        int count = tensor.Shape.Aggregate(1, (a, b) => a * b);
        if (tensor.Shape.Length == 1)
        {
            return new CheckpointTensor(tensor.Shape, FormulaWeights.Tensor(tensor.Name, count, 0.1f, 1));
        }

        float scale = MathF.Sqrt(3f / tensor.Shape[1] / (tensor.Name.EndsWith(".q.weight", StringComparison.Ordinal) ? config.HeadWidth : 1));
        return new CheckpointTensor(tensor.Shape, FormulaWeights.Tensor(tensor.Name, count, tensor.Name == T5EncoderTensors.Embedding ? 1.7f : scale, 0));
    }));
}
