using System.Numerics.Tensors;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Quantization;

/// <summary>Scratch memory for searching and summing codebook entries.</summary>
/// <param name="quantizer">The codebooks.</param>
/// <param name="executor">Where to run.</param>
/// <param name="searchWidth">Partial sums that the search keeps per frame, at least 1.</param>
internal sealed unsafe class QuantizerState(ResidualVectorQuantizer quantizer, Executor executor, int searchWidth = 1)
{
    // Rows searched together; bounds the memory for scores.
    private const int BlockRows = 96;
    private readonly int _width = Math.Min(searchWidth, quantizer.Size);
    private readonly RowBuffer _scores = new(quantizer.Size);
    private readonly ResidualBeam _beam = new(Math.Min(searchWidth, quantizer.Size));
    private RowBuffer _residual = new(quantizer.Dimension);
    private RowBuffer _next = new(quantizer.Dimension);

    /// <summary>
    /// Residual search: level by level, the entries that leave the smallest residual. Width 1 takes the nearest entry at each
    /// level; a wider search keeps the best partial sums and decides at the last level, so that the sum of all levels is nearer.
    /// </summary>
    /// <param name="latents">[F, D].</param>
    /// <param name="frames">F.</param>
    /// <param name="codebooks">K, levels used.</param>
    /// <param name="codes">Receives [F, K], values 0..N-1.</param>
    /// <remarks>
    /// Source: SoundStream (arXiv 2107.03312), algorithm 1, for width 1; the wider search is the M-algorithm of multistage
    /// vector quantization (LeBlanc et al., IEEE Trans. Speech and Audio Processing 1(4), 1993). Ties: lowest index; a frame
    /// with NaN gets index 0. Cost: W*K*N*D*F multiply-adds. Allocates only until its scratch has reached its size.
    /// </remarks>
    public void Encode(float* latents, int frames, int codebooks, Span<ushort> codes)
    {
        int dimension = quantizer.Dimension;
        int block = Math.Max(1, BlockRows / _width);
        for (int start = 0; start < frames; start += block)
        {
            int count = Math.Min(block, frames - start);
            _residual.Clear();
            _residual.Append(new ReadOnlySpan<float>(latents + ((nint)start * dimension), count * dimension));
            _beam.Begin(count, codebooks);
            for (int level = 0; level < codebooks; level++)
            {
                SearchLevel(level, count);
                if (level < codebooks - 1)
                {
                    SubtractEntries(level, count);
                }
            }

            _beam.Best(codes.Slice(start * codebooks, count * codebooks));
        }
    }

    /// <summary>Sums the entries of the codes.</summary>
    /// <param name="codes">[F, K], each below N.</param>
    /// <param name="codebooks">K.</param>
    /// <param name="latents">[*, D], rows are appended here.</param>
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

    private void SearchLevel(int level, int frames)
    {
        int dimension = quantizer.Dimension;
        int rows = _residual.Count;
        _scores.Clear();
        float* scores = _scores.Append(rows);
        GemmOperand residual = new()
        {
            Data = _residual.Pointer,
            RowCount = rows,
            RowStride = dimension,
            Taps = 1,
            TapLength = dimension,
        };
        executor.Multiply(residual, quantizer.Scores(level), scores, quantizer.Size);
        int length = rows / frames * quantizer.Size;
        for (int frame = 0; frame < frames; frame++)
        {
            _beam.Extend(level, frame, new ReadOnlySpan<float>(scores + ((nint)frame * length), length));
        }
    }

    private void SubtractEntries(int level, int frames)
    {
        int dimension = quantizer.Dimension;
        int parents = _residual.Count / frames;
        ReadOnlySpan<float> entries = quantizer.Entries(level);
        _next.Clear();
        Span<float> rest = new(_next.Append(frames * _width), frames * _width * dimension);
        for (int frame = 0; frame < frames; frame++)
        {
            for (int kept = 0; kept < _width; kept++, rest = rest[dimension..])
            {
                (int parent, int code) = _beam.Kept(level, frame, kept);
                TensorPrimitives.Subtract(
                    _residual.Rows.Slice(((frame * parents) + parent) * dimension, dimension),
                    entries.Slice(code * dimension, dimension),
                    rest[..dimension]);
            }
        }

        (_residual, _next) = (_next, _residual);
    }
}
