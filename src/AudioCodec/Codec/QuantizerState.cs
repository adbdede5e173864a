using System.Numerics.Tensors;
using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>Scratch memory for searching and summing codebook entries.</summary>
/// <param name="quantizer">The codebooks.</param>
/// <param name="executor">Where to run.</param>
internal sealed unsafe class QuantizerState(ResidualVectorQuantizer quantizer, Executor executor)
{
    // Frames searched together; bounds the memory for scores.
    private const int BlockFrames = 48;
    private readonly RowBuffer _residual = new(quantizer.Dimension);
    private readonly RowBuffer _scores = new(quantizer.Size);

    /// <summary>Residual search: picks, level by level, the nearest entry to what is left.</summary>
    /// <param name="latents">[F, D].</param>
    /// <param name="frames">F.</param>
    /// <param name="codebooks">K, levels used.</param>
    /// <param name="codes">Receives [F, K], values 0..N-1.</param>
    /// <remarks>
    /// Source: SoundStream (arXiv 2107.03312), algorithm 1. Ties: lowest index; a frame with NaN gets index 0. Cost: K*N*D*F
    /// multiply-adds. Allocates only until its scratch has reached its size.
    /// </remarks>
    public void Encode(float* latents, int frames, int codebooks, Span<ushort> codes)
    {
        int dimension = quantizer.Dimension;
        for (int start = 0; start < frames; start += BlockFrames)
        {
            int count = Math.Min(BlockFrames, frames - start);
            _residual.Clear();
            _residual.Append(new ReadOnlySpan<float>(latents + ((nint)start * dimension), count * dimension));
            for (int level = 0; level < codebooks; level++)
            {
                SearchLevel(level, count, codebooks, codes[((start * codebooks) + level)..]);
            }
        }
    }

    /// <summary>Sums the entries that the codes name.</summary>
    /// <param name="codes">[F, K], each below N.</param>
    /// <param name="codebooks">K.</param>
    /// <param name="latents">[*, D], rows are added here.</param>
    public void Decode(ReadOnlySpan<ushort> codes, int codebooks, RowBuffer latents)
    {
        int dimension = quantizer.Dimension;
        int frames = codes.Length / codebooks;
        Span<float> sums = new(latents.Append(frames), frames * dimension);
        sums.Clear();
        for (int frame = 0; frame < frames; frame++)
        {
            Span<float> sum = sums.Slice(frame * dimension, dimension);
            for (int level = 0; level < codebooks; level++)
            {
                int code = codes[(frame * codebooks) + level];
                TensorPrimitives.Add(sum, quantizer.Entries(level).Slice(code * dimension, dimension), sum);
            }
        }
    }

    private void SearchLevel(int level, int frames, int codebooks, Span<ushort> codes)
    {
        int dimension = quantizer.Dimension;
        _scores.Clear();
        float* scores = _scores.Append(frames);
        GemmOperand residual = new()
        {
            Data = _residual.Pointer,
            RowCount = frames,
            RowStride = dimension,
            Taps = 1,
            TapLength = dimension,
        };
        executor.Multiply(residual, quantizer.Scores(level), scores, quantizer.Size);
        ReadOnlySpan<float> entries = quantizer.Entries(level);
        for (int frame = 0; frame < frames; frame++)
        {
            int best = ArgMax(new ReadOnlySpan<float>(scores + ((nint)frame * quantizer.Size), quantizer.Size));
            codes[frame * codebooks] = (ushort)best;
            Span<float> rest = _residual.Rows.Slice(frame * dimension, dimension);
            TensorPrimitives.Subtract(rest, entries.Slice(best * dimension, dimension), rest);
        }
    }

    private static int ArgMax(ReadOnlySpan<float> values)
    {
        // MaxNumber skips NaN; the first place that holds the maximum is the lowest index among ties.
        int index = values.IndexOf(TensorPrimitives.MaxNumber(values));
        return Math.Max(index, 0);
    }
}
