using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Text;

namespace AudioCodec.Tests.Generation.Takes;

/// <summary>A model that costs nothing: its logits are drawn by the last step and the text, and are not numbers from a step on where that is asked for.</summary>
internal sealed class DrawnModel(TokenModelConfig config, int notANumberAfter = int.MaxValue) : ITokenModel
{
    public TokenModelConfig Config => config;

    /// <summary>Most steps that any batch was opened for.</summary>
    public int Capacity { get; private set; }

    /// <summary>Rows of the last batch.</summary>
    public int Rows { get; private set; }

    public ITokenBatch Open(IReadOnlyList<TextStates?> conditions, int capacity, int threads = 1)
    {
        Capacity = Math.Max(Capacity, capacity);
        Rows = conditions.Count;
        return new Batch(this, [.. conditions], capacity, notANumberAfter);
    }

    public void Dispose()
    {
    }

    private sealed class Batch(DrawnModel model, TextStates?[] texts, int capacity, int notANumberAfter) : ITokenBatch
    {
        public int Rows => texts.Length;

        public int Steps { get; private set; }

        public void Advance(ReadOnlySpan<int> tokens, Span<float> logits)
        {
            TokenModelConfig config = model.Config;
            int perRow = tokens.Length / Rows;
            Steps += perRow / config.Codebooks;
            Assert.InRange(Steps, 1, capacity);
            for (int row = 0; row < Rows; row++)
            {
                long last = texts[row]?.Tokens ?? 0;
                foreach (int token in tokens.Slice((row + 1) * perRow - config.Codebooks, config.Codebooks))
                {
                    Assert.InRange(token, 0, config.CodebookSize);
                    last = (last * 131) + token;
                }

                SplitMix random = SplitMix.For(last, Steps, 0);
                foreach (ref float logit in logits.Slice(row * config.Codebooks * config.CodebookSize, config.Codebooks * config.CodebookSize))
                {
                    logit = Steps > notANumberAfter ? float.NaN : (float)random.NextDouble(-3, 3);
                }
            }
        }

        public void Reset() => Steps = 0;

        public void Dispose()
        {
        }
    }
}
