using System.Runtime.CompilerServices;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>One step of an LSTM layer.</summary>
/// <remarks>
/// c = sigmoid(f) c + sigmoid(i) tanh(g), h = sigmoid(o) tanh(c), with each gate's pre-activation the input's part plus the
/// recurrent weights times the previous h. One accumulator per unit and gate, in ascending k. Allocates 0 B.
/// </remarks>
internal static unsafe class LstmKernel
{
    /// <summary>Steps all units.</summary>
    /// <param name="weights">Recurrent weights.</param>
    /// <param name="gates">The input's part with biases: per block of one vector of units i, f, g, o.</param>
    /// <param name="previous">[H], the previous step's hidden state.</param>
    /// <param name="cell">Cell state, padded to whole blocks; updated.</param>
    /// <param name="hidden">Receives the hidden state, padded to whole blocks; not <paramref name="previous"/>.</param>
    /// <param name="backward">
    /// Whether to begin with the last block, which changes nothing of the result. Steps that take turns find the weights that the step before used last in
    /// the second-level cache, which holds a part of them; in the same order every time they would find none.
    /// </param>
    public static void Step(RecurrentMatrix weights, float* gates, float* previous, float* cell, float* hidden, bool backward) =>
        Simd.Run(new Call(weights, gates, previous, cell, hidden, backward));

    private readonly struct Call(RecurrentMatrix weights, float* gates, float* previous, float* cell, float* hidden, bool backward) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() =>
            FloatKernels<TVec, TSimd>.LstmStep(weights, gates, previous, cell, hidden, backward);
    }
}

/// <content>One step of an LSTM layer.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    public static void LstmStep(RecurrentMatrix weights, float* gates, float* previous, float* cell, float* hidden, bool backward)
    {
        float* sums = stackalloc float[8 * TSimd.Lanes];
        int lanes = TSimd.Lanes;
        int pairs = (weights.Blocks + 1) / 2;
        for (int pair = 0; pair < pairs; pair++)
        {
            int block = 2 * (backward ? pairs - 1 - pair : pair);
            bool two = block + 2 <= weights.Blocks;
            if (two)
            {
                LstmTwoBlocks(weights.Words(block), weights.Words(block + 1), previous, weights.Units, sums);
            }
            else
            {
                LstmOneBlock(weights.Words(block), previous, weights.Units, sums);
            }

            for (int i = 0; i < (two ? 2 : 1); i++)
            {
                nint at = block + i;
                LstmFinish(
                    sums + (i * 4 * lanes),
                    weights.Steps(block + i),
                    gates + (at * 4 * lanes),
                    cell + (at * lanes),
                    hidden + (at * lanes));
            }
        }
    }

    // Two blocks together: eight sums in flight hide the latency of the multiply-add. No calls here, so that the sums
    // stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LstmTwoBlocks(int* words0, int* words1, float* previous, int units, float* sums)
    {
        TVec i0 = TSimd.Broadcast(0f), f0 = i0, g0 = i0, o0 = i0, i1 = i0, f1 = i0, g1 = i0, o1 = i0;
        for (int k = 0; k < units; k++)
        {
            TVec v = TSimd.Broadcast(previous[k]);
            f0 = TSimd.MultiplyAdd(v, TSimd.LoadUpperHalves(words0), f0);
            i0 = TSimd.MultiplyAdd(v, TSimd.LoadLowerHalves(words0), i0);
            o0 = TSimd.MultiplyAdd(v, TSimd.LoadUpperHalves(words0 + TSimd.Lanes), o0);
            g0 = TSimd.MultiplyAdd(v, TSimd.LoadLowerHalves(words0 + TSimd.Lanes), g0);
            f1 = TSimd.MultiplyAdd(v, TSimd.LoadUpperHalves(words1), f1);
            i1 = TSimd.MultiplyAdd(v, TSimd.LoadLowerHalves(words1), i1);
            o1 = TSimd.MultiplyAdd(v, TSimd.LoadUpperHalves(words1 + TSimd.Lanes), o1);
            g1 = TSimd.MultiplyAdd(v, TSimd.LoadLowerHalves(words1 + TSimd.Lanes), g1);
            words0 += 2 * TSimd.Lanes;
            words1 += 2 * TSimd.Lanes;
        }

        StoreGates(sums, i0, f0, g0, o0);
        StoreGates(sums + (4 * TSimd.Lanes), i1, f1, g1, o1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LstmOneBlock(int* words, float* previous, int units, float* sums)
    {
        TVec i = TSimd.Broadcast(0f), f = i, g = i, o = i;
        for (int k = 0; k < units; k++)
        {
            TVec v = TSimd.Broadcast(previous[k]);
            f = TSimd.MultiplyAdd(v, TSimd.LoadUpperHalves(words), f);
            i = TSimd.MultiplyAdd(v, TSimd.LoadLowerHalves(words), i);
            o = TSimd.MultiplyAdd(v, TSimd.LoadUpperHalves(words + TSimd.Lanes), o);
            g = TSimd.MultiplyAdd(v, TSimd.LoadLowerHalves(words + TSimd.Lanes), g);
            words += 2 * TSimd.Lanes;
        }

        StoreGates(sums, i, f, g, o);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreGates(float* sums, TVec i, TVec f, TVec g, TVec o)
    {
        TSimd.Store(sums, i);
        TSimd.Store(sums + TSimd.Lanes, f);
        TSimd.Store(sums + (2 * TSimd.Lanes), g);
        TSimd.Store(sums + (3 * TSimd.Lanes), o);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LstmFinish(float* sums, float* steps, float* gates, float* cell, float* hidden)
    {
        TVec i = Sigmoid(Gate(sums, steps, gates, 0));
        TVec f = Sigmoid(Gate(sums, steps, gates, 1));
        TVec g = Tanh(Gate(sums, steps, gates, 2));
        TVec o = Sigmoid(Gate(sums, steps, gates, 3));
        TVec next = TSimd.MultiplyAdd(f, TSimd.Load(cell), TSimd.Multiply(i, g));
        TSimd.Store(cell, next);
        TSimd.Store(hidden, TSimd.Multiply(o, Tanh(next)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Gate(float* sums, float* steps, float* gates, int gate)
    {
        int at = gate * TSimd.Lanes;
        return TSimd.MultiplyAdd(TSimd.Load(sums + at), TSimd.Load(steps + at), TSimd.Load(gates + at));
    }
}
