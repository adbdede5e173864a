using AudioCodec.Checkpoints;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.Transformer;

/// <summary>The managed transformer against AudioCraft and transformers.</summary>
public sealed class TokenModelGoldenTests
{
    /// <summary>Largest difference of a logit, relative to the largest logit.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("delay")]
    [InlineData("parallel")]
    [InlineData("flatten")]
    [InlineData("coarse_first")]
    [InlineData("musiclm")]
    public void Logits_OfAudioGensBatchWithUnmaskedPadding_AgreeWithAudioCraft(string pattern)
    {
        using GoldenFile golden = GoldenFile.Open("audiogen_lm_tiny");
        TextStates[] texts = [TinyTokenModels.Text(golden, "text_embedding.0"), TinyTokenModels.Text(golden, "text_embedding.1")];
        TokenModelConfig config = TinyTokenModels.AudioGenConfig;
        int frames = golden.Shape($"{pattern}.logits")[2];

        // (step, codebook, frame) of every place; a delayed codebook's last steps lie beyond the frames.
        int[] layout = [.. golden.Ints($"{pattern}.pattern").Chunk(3).Where(place => place[2] < frames).SelectMany(place => place)];
        int steps = Enumerable.Range(0, layout.Length / 3).Max(i => layout[3 * i]);
        int[] codes = golden.Ints($"{pattern}.greedy_cfg3");
        var tokens = new int[2 * steps * config.Codebooks];
        Array.Fill(tokens, config.CodebookSize);
        for (int i = 0; i < layout.Length; i += 3)
        {
            (int step, int q, int t) = (layout[i], layout[i + 1], layout[i + 2]);
            for (int row = 0; row < 2 && step < steps; row++)
            {
                tokens[(((row * steps) + step) * config.Codebooks) + q] = codes[(((row * config.Codebooks) + q) * frames) + t];
            }
        }

        float[] expected = golden.Floats($"{pattern}.logits");
        int[] mask = golden.Ints($"{pattern}.mask");
        double scale = expected.Max(MathF.Abs);
        float[] unmasked = TinyTokenModels.EveryStep(TinyTokenModels.AudioGen.Start(texts, steps, padTexts: true), tokens, config);
        float[] masked = TinyTokenModels.EveryStep(TinyTokenModels.AudioGen.Start(texts, steps), tokens, config);
        double[] worst = new double[2];
        for (int i = 0; i < layout.Length; i += 3)
        {
            (int step, int q, int t) = (layout[i], layout[i + 1], layout[i + 2]);
            for (int row = 0; row < 2; row++)
            {
                int place = (((row * config.Codebooks) + q) * frames) + t;
                for (int n = 0; n < config.CodebookSize && mask[place] == 1; n++)
                {
                    int at = (((((row * steps) + step - 1) * config.Codebooks) + q) * config.CodebookSize) + n;
                    float wanted = expected[(place * config.CodebookSize) + n];
                    Assert.InRange(Math.Abs(unmasked[at] - wanted), 0, Tolerance * scale);
                    worst[row] = Math.Max(worst[row], Math.Abs(masked[at] - wanted));
                }
            }
        }

        // The longest text has no padding; the other one's logits are another matter when its padding is masked.
        Assert.InRange(worst[0], 0, Tolerance * scale);
        Assert.InRange(worst[1], 0.01 * scale, scale);
    }

    [Fact]
    public void Logits_OfMusicGenAlone_AgreeWithTransformers() =>
        AssertMusicGen(TinyTokenModels.MusicGen, "logits.alone", golden => Texts(golden), padTexts: false);

    [Fact]
    public void Logits_OfMusicGensBatchWithUnmaskedPadding_AgreeWithAudioCraft() =>
        AssertMusicGen(TinyTokenModels.MusicGen, "logits.batch_unmasked_padding", golden => Texts(golden), padTexts: true);

    [Fact]
    public void Logits_OfMusicGenWithoutText_AgreeWithAudioCraft() =>
        AssertMusicGen(TinyTokenModels.MusicGen, "logits.null", _ => [null, null], padTexts: false);

    [Fact]
    public void Logits_OfMusicGenWithHalfPrecisionWeights_AgreeWithTransformers()
    {
        StateDict weights = TinyTokenModels.MusicGenWeights();
        StateDict rounded = new("rounded", weights.Tensors.ToDictionary(
            t => t.Key, t => new CheckpointTensor(t.Value.Shape, [.. t.Value.Values.Select(v => (float)(Half)v)])));
        foreach (WeightFormat format in new[] { WeightFormat.F32, WeightFormat.F16 })
        {
            TokenModel model = TokenModel.Load(TinyTokenModels.MusicGenConfig, rounded, format);

            // Beside compact weights, keys and values have 16 bits.
            AssertMusicGen(model, "logits.fp16_weights.alone", golden => Texts(golden), padTexts: false, format == WeightFormat.F32 ? Tolerance : 1e-4);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void GreedyDecoding_OfMusicGenWithGuidance_GivesTheReferencesTokens(int prompt)
    {
        using GoldenFile golden = GoldenFile.Open("musicgen_hf_tiny");
        TokenModelConfig config = TinyTokenModels.MusicGenConfig;
        int frames = golden.Shape("codes")[2];
        int[] given = golden.Ints("codes").AsSpan(prompt * config.Codebooks * frames, config.Codebooks * frames).ToArray();
        foreach ((string name, int prompted) in new[] { ("greedy", 0), ("continued4", 4) })
        {
            int[] expected = golden.Ints($"{name}.alone.{prompt}");
            Assert.Equal(expected, Greedy(Texts(golden)[prompt], given, prompted, frames, config));
        }
    }

    /// <summary>Guidance 3, delay pattern; the prompt in one piece, then step by step.</summary>
    private static int[] Greedy(TextStates text, int[] given, int prompted, int frames, TokenModelConfig config)
    {
        int books = config.Codebooks;
        var codes = new int[books * frames];
        Array.Fill(codes, -1);
        for (int k = 0; k < books; k++)
        {
            given.AsSpan(k * frames, prompted).CopyTo(codes.AsSpan(k * frames));
        }

        using ITokenBatch batch = TinyTokenModels.MusicGen.Open([text, null], frames + books);
        var logits = new float[2 * books * config.CodebookSize];
        for (int step = 0; step < frames + books - 1; step++)
        {
            int[] column = TinyTokenModels.Delayed(codes, books, frames, config.CodebookSize).AsSpan(batch.Steps * books, (step + 1 - batch.Steps) * books).ToArray();
            if (step < prompted)
            {
                continue;
            }

            batch.Advance([.. column, .. column], logits);
            for (int k = 0; k < books; k++)
            {
                int frame = step - k;
                if (frame >= 0 && frame < frames && codes[(k * frames) + frame] < 0)
                {
                    codes[(k * frames) + frame] = Best(logits, k, config);
                }
            }
        }

        return codes;
    }

    private static int Best(float[] logits, int codebook, TokenModelConfig config)
    {
        int size = config.CodebookSize;
        float Guided(int n)
        {
            float without = logits[((config.Codebooks + codebook) * size) + n];
            return without + (3f * (logits[(codebook * size) + n] - without));
        }

        return Enumerable.Range(0, size).MaxBy(Guided);
    }

    private static TextStates[] Texts(GoldenFile golden) => [TinyTokenModels.Text(golden, "text.0"), TinyTokenModels.Text(golden, "text.1")];

    private static void AssertMusicGen(TokenModel model, string name, Func<GoldenFile, TextStates?[]> conditions, bool padTexts, double tolerance = Tolerance)
    {
        using GoldenFile golden = GoldenFile.Open("musicgen_hf_tiny");
        TokenModelConfig config = TinyTokenModels.MusicGenConfig;
        int frames = golden.Shape("codes")[2];
        int row = config.Codebooks * frames;
        int[] codes = golden.Ints("codes");
        int[] tokens = [.. new[] { 0, 1 }.SelectMany(r => TinyTokenModels.Delayed(codes.AsSpan(r * row, row), config.Codebooks, frames, config.CodebookSize))];
        int steps = tokens.Length / 2 / config.Codebooks;
        float[] actual = TinyTokenModels.EveryStep(model.Start(conditions(golden), steps, padTexts: padTexts), tokens, config);
        float[] expected = golden.Floats(name);
        int[] mask = golden.Ints("mask");
        double scale = expected.Max(MathF.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            int place = i / config.CodebookSize;
            (int r, int k, int frame) = (place / row, place / frames % config.Codebooks, place % frames);
            if (mask[place] == 1)
            {
                int at = (((((r * steps) + frame + k) * config.Codebooks) + k) * config.CodebookSize) + (i % config.CodebookSize);
                Assert.InRange(Math.Abs(actual[at] - expected[i]), 0, tolerance * scale);
            }
        }
    }
}
