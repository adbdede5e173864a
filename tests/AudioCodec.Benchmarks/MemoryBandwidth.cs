using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AudioCodec.Numerics;

namespace AudioCodec.Benchmarks;

/// <summary>Plain reading of a buffer larger than any cache, the limit of what reads all weights for every step.</summary>
internal sealed unsafe class MemoryBandwidth : TeamJob
{
    // Several times the third-level cache of the processors of this decade, but those with stacked memory.
    private const int Floats = 96 << 20;
    private const int PieceFloats = 4 << 20;
    private readonly AlignedArray _buffer = AlignedArray.ForWeights(Floats);
    private int _from;

    public MemoryBandwidth() => _buffer.Span.Fill(1f);

    /// <summary>Reads at least so many bytes, each thread a share of every piece. Returns how many it were.</summary>
    public double Read(Executor executor, double bytes)
    {
        double done = 0;
        for (; done < bytes; done += (double)PieceFloats * sizeof(float))
        {
            executor.Run(this);
            _from = (_from + PieceFloats) % Floats;
        }

        return done;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int part, int parts)
    {
        WorkShare share = WorkShare.OfBlocks(PieceFloats, 64, part, parts);
        float* from = _buffer.Pointer + _from + share.First;
        float* end = from + share.Count;
        Vector512<float> a = default, b = default, c = default, d = default;
        for (; from < end; from += 64)
        {
            a |= Vector512.Load(from);
            b |= Vector512.Load(from + 16);
            c |= Vector512.Load(from + 32);
            d |= Vector512.Load(from + 48);
        }

        if (Vector512.Sum(a | b | c | d) == 0)
        {
            throw new InvalidOperationException("The buffer holds ones.");
        }
    }
}
