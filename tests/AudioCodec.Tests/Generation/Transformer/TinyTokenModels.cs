using AudioCodec.Checkpoints;
using AudioCodec.Generation.Transformer;
using AudioCodec.Text;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.Transformer;

/// <summary>The tiny transformers of the golden files.</summary>
internal static class TinyTokenModels
{
    public static TokenModelConfig AudioGenConfig { get; } = new()
    {
        Dimension = 64,
        Heads = 4,
        Layers = 3,
        FeedForward = 256,
        Codebooks = 4,
        CodebookSize = 64,
        TextWidth = 32,
    };

    public static TokenModelConfig MusicGenConfig { get; } = new()
    {
        Dimension = 32,
        Heads = 4,
        Layers = 2,
        FeedForward = 128,
        Codebooks = 4,
        CodebookSize = 32,
        TextWidth = 24,
    };

    public static TokenModel AudioGen { get; } = TokenModel.Load(AudioGenConfig, AudioGenWeights());

    public static TokenModel MusicGen { get; } = TokenModel.Load(MusicGenConfig, MusicGenWeights());

    public static StateDict AudioGenWeights() => Weights("audiogen_lm_tiny.weights");

    public static StateDict MusicGenWeights() => Weights("musicgen_hf_tiny.audiocraft");

    /// <summary>A text's states in a golden file.</summary>
    public static TextStates Text(GoldenFile golden, string name) => new(golden.Floats(name), golden.Shape(name)[1]);

    /// <summary>Steps [S, K] of codes [K, F] in the delay pattern, step 0 and all other empty places special; of F + K - 1 steps.</summary>
    public static int[] Delayed(ReadOnlySpan<int> codes, int codebooks, int frames, int special)
    {
        int steps = frames + codebooks - 1;
        var tokens = new int[steps * codebooks];
        Array.Fill(tokens, special);
        for (int k = 0; k < codebooks; k++)
        {
            for (int step = k + 1; step < steps && step - 1 - k < frames; step++)
            {
                tokens[(step * codebooks) + k] = codes[(k * frames) + step - 1 - k];
            }
        }

        return tokens;
    }

    /// <summary>Random steps [rows, steps, K].</summary>
    public static int[] RandomTokens(TokenModelConfig config, int rows, int steps, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, rows * steps * config.Codebooks).Select(_ => random.Next(config.CodebookSize + 1))];
    }

    /// <summary>Logits after each of some steps, [rows, steps, K, N].</summary>
    public static float[] EveryStep(TokenModelState batch, ReadOnlySpan<int> tokens, TokenModelConfig config)
    {
        var logits = new float[tokens.Length * config.CodebookSize];
        batch.AdvanceEvery(tokens, logits);
        return logits;
    }

    private static StateDict Weights(string fixture)
    {
        using GoldenFile file = GoldenFile.Open(fixture);
        return file.ToStateDict();
    }
}
