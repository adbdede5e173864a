using AudioCodec.Checkpoints;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Tests.Numerics;
using AudioCodec.Text;

namespace AudioCodec.Tests.Generation.Transformer;

public sealed class TokenModelTests
{
    private const int Steps = 70;

    private static readonly TokenModelConfig s_config = TinyTokenModels.AudioGenConfig;
    private static readonly TextStates s_long = RandomText(tokens: 40, seed: 1);
    private static readonly TextStates s_short = RandomText(tokens: 3, seed: 2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(33)]
    public void Advance_InPieces_GivesTheBitsOfTheWhole(int piece)
    {
        int[] tokens = TinyTokenModels.RandomTokens(s_config, 2, Steps, 1);
        TextStates?[] conditions = [s_long, null];
        float[] whole = TinyTokenModels.EveryStep(TinyTokenModels.AudioGen.Start(conditions, Steps), tokens, s_config);
        TokenModelState batch = TinyTokenModels.AudioGen.Start(conditions, Steps);
        for (int start = 0; start < Steps; start += piece)
        {
            int count = Math.Min(piece, Steps - start);
            int[] cut = [.. Cut(tokens, 0, start, count), .. Cut(tokens, 1, start, count)];
            var last = new float[2 * s_config.Codebooks * s_config.CodebookSize];
            batch.Advance(cut, last);
            Assert.Equal([.. LogitsAt(whole, 0, start + count - 1), .. LogitsAt(whole, 1, start + count - 1)], last);
        }

        Assert.Equal(Steps, batch.Steps);
    }

    [Fact]
    public void Advance_RowsTogetherOrAlone_GivesTheSameBits()
    {
        TextStates?[] conditions = [null, s_short, s_long, s_short, null, s_long];
        int[] tokens = TinyTokenModels.RandomTokens(s_config, conditions.Length, Steps, 2);
        float[] together = TinyTokenModels.EveryStep(TinyTokenModels.AudioGen.Start(conditions, Steps), tokens, s_config);
        int row = together.Length / conditions.Length;
        for (int i = 0; i < conditions.Length; i++)
        {
            float[] alone = TinyTokenModels.EveryStep(TinyTokenModels.AudioGen.Start([conditions[i]], Steps), Cut(tokens, i, 0, Steps), s_config);
            Assert.Equal(together.AsSpan(i * row, row).ToArray(), alone);
        }
    }

    [Fact]
    public void Advance_OnTwoThreads_GivesTheSameBits()
    {
        TextStates?[] conditions = [s_long, null, s_short];
        int[] tokens = TinyTokenModels.RandomTokens(s_config, 3, Steps, 3);
        float[] one = TinyTokenModels.EveryStep(TinyTokenModels.AudioGen.Start(conditions, Steps, threads: 1), tokens, s_config);
        float[] two = TinyTokenModels.EveryStep(TinyTokenModels.AudioGen.Start(conditions, Steps, threads: 2), tokens, s_config);
        Assert.Equal(one, two);
    }

    [Theory]
    [InlineData(WeightFormat.F16)]
    [InlineData(WeightFormat.BF16)]
    [InlineData(WeightFormat.I8)]
    public void Advance_InCompactFormats_GivesTheSameBitsInPiecesAloneAndOnTwoThreads(WeightFormat format)
    {
        TokenModel model = TokenModel.Load(s_config, TinyTokenModels.AudioGenWeights(), format);
        int[] tokens = TinyTokenModels.RandomTokens(s_config, 2, Steps, 6);
        float[] whole = TinyTokenModels.EveryStep(model.Start([s_long, null], Steps), tokens, s_config);
        Assert.Equal(whole, TinyTokenModels.EveryStep(model.Start([s_long, null], Steps, threads: 2), tokens, s_config));
        TokenModelState alone = model.Start([s_long], Steps);
        var logits = new float[s_config.Codebooks * s_config.CodebookSize];
        for (int step = 0; step < Steps; step++)
        {
            alone.Advance(Cut(tokens, 0, step, 1), logits);
            Assert.Equal(LogitsAt(whole, 0, step), logits);
        }
    }

    [Fact]
    public void Reset_StartsAgainWithTheSameTexts()
    {
        int[] tokens = TinyTokenModels.RandomTokens(s_config, 2, Steps, 4);
        TokenModelState batch = TinyTokenModels.AudioGen.Start([s_long, null], Steps);
        float[] first = TinyTokenModels.EveryStep(batch, tokens, s_config);
        batch.Reset();
        Assert.Equal(0, batch.Steps);
        Assert.Equal(first, TinyTokenModels.EveryStep(batch, tokens, s_config));
    }

    [Fact]
    public void Advance_EveryStep_AllocatesNothing()
    {
        int[] tokens = TinyTokenModels.RandomTokens(s_config, 2, 1, 5);
        var logits = new float[2 * s_config.Codebooks * s_config.CodebookSize];
        ITokenBatch batch = TinyTokenModels.AudioGen.Open([s_long, null], Steps, threads: 2);
        SteadyState.AssertAllocatesNothing(() =>
        {
            batch.Reset();
            for (int step = 0; step < Steps; step++)
            {
                batch.Advance(tokens, logits);
            }
        });
    }

    [Fact]
    public void Advance_WrongArguments_ThrowsAndChangesNothing()
    {
        int row = s_config.Codebooks * s_config.CodebookSize;
        ITokenBatch batch = TinyTokenModels.AudioGen.Open([s_long, null], capacity: 2);
        Assert.Throws<ArgumentException>(() => batch.Advance([], new float[2 * row]));
        Assert.Throws<ArgumentException>(() => batch.Advance(new int[7], new float[2 * row]));
        Assert.Throws<ArgumentException>(() => batch.Advance(new int[8], new float[row]));
        Assert.Throws<ArgumentException>(() => batch.Advance([0, 0, 0, 0, 0, 0, 0, 65], new float[2 * row]));
        Assert.Throws<ArgumentException>(() => batch.Advance([0, 0, 0, 0, 0, 0, 0, -1], new float[2 * row]));
        Assert.Throws<ArgumentException>(() => batch.Advance(new int[3 * 8], new float[2 * row]));
        Assert.Equal(0, batch.Steps);
    }

    [Fact]
    public void Open_WrongArguments_Throws()
    {
        TextStates narrow = new(new float[31], 31);
        Assert.Throws<ArgumentException>(() => TinyTokenModels.AudioGen.Open([narrow], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => TinyTokenModels.AudioGen.Open([], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => TinyTokenModels.AudioGen.Open([null], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TinyTokenModels.AudioGen.Open([null], 4, threads: 0));
    }

    [Fact]
    public void Load_WrongTensors_NamesThem()
    {
        StateDict weights = TinyTokenModels.AudioGenWeights();
        Dictionary<string, CheckpointTensor> tensors = new(weights.Tensors);
        tensors["out_norm.bias"] = new CheckpointTensor([64], [.. Enumerable.Repeat(float.NaN, 64)]);
        Assert.Equal("out_norm.bias", Assert.Throws<CheckpointException>(() => TokenModel.Load(s_config, new StateDict("a", tensors))).Tensor);
        tensors.Remove("out_norm.bias");
        Assert.Equal("out_norm.bias", Assert.Throws<CheckpointException>(() => TokenModel.Load(s_config, new StateDict("a", tensors))).Tensor);
        CheckpointException wide = Assert.Throws<CheckpointException>(() => TokenModel.Load(s_config with { CodebookSize = 63 }, weights));
        Assert.Equal("emb.0.weight", wide.Tensor);
    }

    [Fact]
    public void Load_ShapeThatCannotBe_Throws()
    {
        StateDict weights = TinyTokenModels.AudioGenWeights();
        Assert.Equal("heads", Assert.Throws<ConfigException>(() => TokenModel.Load(s_config with { Heads = 3 }, weights)).Key);
        Assert.Equal("layers", Assert.Throws<ConfigException>(() => TokenModel.Load(s_config with { Layers = 0 }, weights)).Key);
        Assert.Equal("dimension", Assert.Throws<ConfigException>(() => TokenModel.Load(s_config with { Dimension = 63 }, weights)).Key);
    }

    [Fact]
    public void Tensors_AreThoseOfTheCheckpoint()
    {
        StateDict weights = TinyTokenModels.AudioGenWeights();
        Assert.Equal(
            weights.Tensors.Select(t => $"{t.Key} {string.Join(',', t.Value.Shape)}").Order(),
            TokenModelTensors.For(s_config).Select(t => $"{t.Name} {string.Join(',', t.Shape)}").Order());
    }

    private static TextStates RandomText(int tokens, int seed) => new(GuardedArray.Random(tokens * 32, seed), 32);

    private static int[] Cut(int[] tokens, int row, int start, int count) =>
        tokens.AsSpan(((row * Steps) + start) * s_config.Codebooks, count * s_config.Codebooks).ToArray();

    private static float[] LogitsAt(float[] every, int row, int step)
    {
        int size = s_config.Codebooks * s_config.CodebookSize;
        return every.AsSpan(((row * Steps) + step) * size, size).ToArray();
    }
}
