using AudioCodec.Checkpoints;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.Torch.Generation;
using AudioCodec.Torch.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests.Generation;

/// <summary>The engine on libtorch against the managed one on the same weights, token by token, and against the reference's tokens.</summary>
public sealed class TorchTokenModelTests
{
    private static readonly TokenModelConfig s_tiny = new()
    {
        Dimension = 32,
        Heads = 4,
        Layers = 2,
        FeedForward = 128,
        Codebooks = 4,
        CodebookSize = 32,
        TextWidth = 24,
    };

    private static readonly TokenModelConfig s_bigger = new()
    {
        Dimension = 128,
        Heads = 8,
        Layers = 4,
        FeedForward = 512,
        Codebooks = 4,
        CodebookSize = 256,
        TextWidth = 48,
    };

    public static TheoryData<string, ScalarType> Formats => new()
    {
        { "cpu", ScalarType.Float32 },
        { "cuda", ScalarType.Float32 },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Greedy_OfMusicGen_GivesTheReferencesTokens(string device, ScalarType type)
    {
        Require(device);
        using GoldenFile golden = GoldenFile.Open("musicgen_hf_tiny");
        using GoldenFile weights = GoldenFile.Open("musicgen_hf_tiny.audiocraft");
        using var model = TorchTokenModel.Load(s_tiny, weights.ToStateDict(), new Device(device), type);
        int frames = golden.Shape("codes")[2];
        for (int prompt = 0; prompt < 2; prompt++)
        {
            int[] given = golden.Ints("codes").AsSpan(prompt * 4 * frames, 4 * frames).ToArray();
            var text = new TextStates(golden.Floats($"text.{prompt}"), s_tiny.TextWidth);
            Assert.Equal(golden.Ints($"greedy.alone.{prompt}"), Greedy(model, text, frames, [], 0));
            Assert.Equal(golden.Ints($"continued4.alone.{prompt}"), Greedy(model, text, frames, given, 4));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Greedy_OfABiggerModel_IsThatOfTheManagedEngine(string device, ScalarType type)
    {
        Require(device);
        StateDict weights = Random(s_bigger);
        using var model = TorchTokenModel.Load(s_bigger, weights, new Device(device), type);
        using TokenModel managed = TokenModel.Load(s_bigger, weights);
        TextStates text = RandomText(s_bigger, 7, 3);
        int[] expected = Greedy(managed, text, 60, [], 0);
        Assert.True(expected.Distinct().Count() > 20, "too few different tokens to tell engines apart");
        Assert.Equal(expected, Greedy(model, text, 60, [], 0));
    }

    [Fact]
    public void Logits_OfRowsWithTextsOfManyLengths_AreThoseOfTheManagedEngine()
    {
        TestTorch.Require();
        StateDict weights = Random(s_bigger);
        using var model = TorchTokenModel.Load(s_bigger, weights, CPU);
        using TokenModel managed = TokenModel.Load(s_bigger, weights);
        TextStates shared = RandomText(s_bigger, 5, 1);
        TextStates?[] texts = [shared, null, RandomText(s_bigger, 2, 2), shared, null];
        int[] tokens = RandomTokens(texts.Length * 9 * 4, 4);
        float[] expected = Advance(managed, texts, tokens, 9), actual = Advance(model, texts, tokens, 9);
        TestTorch.AssertClose(expected, actual, 1e-5);
    }

    /// <summary>Steps one by one, all at once, and after a reset.</summary>
    [Fact]
    public void Logits_DoNotDependOnTheStepsTakenAtOnce()
    {
        TestTorch.Require();
        using var model = TorchTokenModel.Load(s_bigger, Random(s_bigger), CPU);
        TextStates?[] texts = [RandomText(s_bigger, 4, 1), null];
        int[] tokens = RandomTokens(2 * 12 * 4, 5);
        float[] whole = Advance(model, texts, tokens, 12);
        using ITokenBatch batch = model.Open(texts, 12);
        var logits = new float[whole.Length];
        for (int round = 0; round < 2; round++)
        {
            for (int step = 0; step < 12; step++)
            {
                batch.Advance([.. tokens.AsSpan(step * 4, 4), .. tokens.AsSpan((12 + step) * 4, 4)], logits);
            }

            TestTorch.AssertClose(whole, logits, 1e-5);
            Assert.Equal(12, batch.Steps);
            batch.Reset();
            Assert.Equal(0, batch.Steps);
        }
    }

    [Theory]
    [InlineData("cpu", ScalarType.Float16, 0.01)]
    [InlineData("cpu", ScalarType.BFloat16, 0.06)]
    [InlineData("cuda", ScalarType.Float16, 0.01)]
    [InlineData("cuda", ScalarType.BFloat16, 0.06)]
    public void Logits_InReducedPrecision_StayNear(string device, ScalarType type, double relative)
    {
        Require(device);
        StateDict weights = Random(s_bigger);
        using var exact = TorchTokenModel.Load(s_bigger, weights, CPU);
        using var reduced = TorchTokenModel.Load(s_bigger, weights, new Device(device), type);
        TextStates?[] texts = [RandomText(s_bigger, 4, 1), null];
        int[] tokens = RandomTokens(2 * 12 * 4, 5);
        float[] expected = Advance(exact, texts, tokens, 12), actual = Advance(reduced, texts, tokens, 12);
        Assert.NotEqual(expected, actual);
        TestTorch.AssertClose(expected, actual, relative);
    }

    [Fact]
    public void Advance_BadArguments_AreRefused()
    {
        TestTorch.Require();
        using var model = TorchTokenModel.Load(s_tiny, Random(s_tiny), CPU);
        Assert.Throws<ArgumentException>(() => model.Open([RandomText(s_bigger, 2, 1)], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Open([], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Open([null], 0));
        using ITokenBatch batch = model.Open([null], 2);
        var logits = new float[4 * 32];
        Assert.Throws<ArgumentException>(() => batch.Advance([1, 2, 3], logits));
        Assert.Throws<ArgumentException>(() => batch.Advance([1, 2, 3, 33], logits));
        Assert.Throws<ArgumentException>(() => batch.Advance([1, 2, 3, -1], logits));
        Assert.Throws<ArgumentException>(() => batch.Advance([1, 2, 3, 4], new float[5]));
        Assert.Throws<ArgumentException>(() => batch.Advance(new int[12], logits));
        Assert.Equal(0, batch.Steps);
    }

    [Fact]
    public void Load_WeightsThatAreNotFinite_AreRefused()
    {
        TestTorch.Require();
        StateDict weights = Random(s_tiny);
        weights.Tensors["out_norm.weight"].Values[3] = float.NaN;
        CheckpointException error = Assert.Throws<CheckpointException>(() => TorchTokenModel.Load(s_tiny, weights, CPU));
        Assert.Contains("out_norm.weight", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TorchTokenModel.Load(s_tiny, Random(s_tiny), CPU, ScalarType.Int8));
    }

    private static void Require(string device)
    {
        if (device == "cuda")
        {
            TestTorch.RequireGpu();
        }
        else
        {
            TestTorch.Require();
        }
    }

    /// <summary>Guidance 3, delay pattern: codes [K, F] by the most probable of each.</summary>
    private static int[] Greedy(ITokenModel model, TextStates text, int frames, int[] given, int prompted)
    {
        int books = model.Config.Codebooks, size = model.Config.CodebookSize;
        var codes = new int[books * frames];
        for (int k = 0; k < books && prompted > 0; k++)
        {
            given.AsSpan(k * frames, prompted).CopyTo(codes.AsSpan(k * frames));
        }

        using ITokenBatch batch = model.Open([text, null], frames + books);
        var logits = new float[2 * books * size];
        for (int step = 0; step < frames + books - 1; step++)
        {
            int At(int s, int k) => s - 1 - k >= 0 && s - 1 - k < frames ? codes[(k * frames) + s - 1 - k] : size;
            if (step < prompted)
            {
                continue;
            }

            // The prompt in one piece, then step by step.
            int[] columns = [.. Enumerable.Range(batch.Steps * books, (step + 1 - batch.Steps) * books).Select(i => At(i / books, i % books))];
            batch.Advance([.. columns, .. columns], logits);
            for (int k = 0; k < books; k++)
            {
                int frame = step - k;
                if (frame >= prompted && frame < frames)
                {
                    codes[(k * frames) + frame] = Enumerable.Range(0, size).MaxBy(n =>
                        logits[((books + k) * size) + n] + (3f * (logits[(k * size) + n] - logits[((books + k) * size) + n])));
                }
            }
        }

        return codes;
    }

    private static float[] Advance(ITokenModel model, TextStates?[] texts, int[] tokens, int steps)
    {
        using ITokenBatch batch = model.Open(texts, steps);
        var logits = new float[texts.Length * model.Config.Codebooks * model.Config.CodebookSize];
        batch.Advance(tokens, logits);
        return logits;
    }

    private static StateDict Random(TokenModelConfig config)
    {
        using var network = new TokenNetwork(config, new SplitMix(5));
        using IDisposable frozen = no_grad();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            // Fresh heads and embeddings are small: larger ones make every part of the network matter.
            if (name.StartsWith("linears", StringComparison.Ordinal) || name.StartsWith("emb", StringComparison.Ordinal))
            {
                parameter.mul_(4);
            }
        }

        return network.ToStateDict("random");
    }

    private static TextStates RandomText(TokenModelConfig config, int tokens, ulong seed)
    {
        var random = new SplitMix(seed);
        return new TextStates(Enumerable.Range(0, tokens * config.TextWidth).Select(_ => (float)random.NextDouble(-2, 2)).ToArray(), config.TextWidth);
    }

    private static int[] RandomTokens(int count, ulong seed)
    {
        var random = new SplitMix(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (int)random.NextInt64(s_bigger.CodebookSize + 1))];
    }
}
