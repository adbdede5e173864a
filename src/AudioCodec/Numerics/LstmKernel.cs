using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AudioCodec.Numerics;

/// <summary>One step of an LSTM layer for some of its units.</summary>
/// <remarks>
/// c = sigmoid(f) c + sigmoid(i) tanh(g), h = sigmoid(o) tanh(c), with each gate's pre-activation the input's part plus the
/// recurrent weights times the previous h. One accumulator per unit and gate, in ascending k. Allocates 0 B.
/// </remarks>
internal static unsafe class LstmKernel
{
    /// <summary>Steps the units of blocks <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
    /// <param name="weights">Recurrent weights.</param>
    /// <param name="gates">The input's part with biases: per block of one vector of units i, f, g, o.</param>
    /// <param name="previous">[H], the previous step's hidden state.</param>
    /// <param name="cell">Cell state, padded to whole blocks; updated.</param>
    /// <param name="hidden">Receives the hidden state, padded to whole blocks; not <paramref name="previous"/>.</param>
    /// <param name="first">First block.</param>
    /// <param name="end">Block after the last.</param>
    public static void Step(
        RecurrentMatrix weights, float* gates, float* previous, float* cell, float* hidden, int first, int end)
    {
        if (Simd.Has512)
        {
            Kernel<Vector512<float>, Simd512>.Step(weights, gates, previous, cell, hidden, first, end);
        }
        else if (Simd.Has256)
        {
            Kernel<Vector256<float>, Simd256>.Step(weights, gates, previous, cell, hidden, first, end);
        }
        else if (Simd.Has128)
        {
            Kernel<Vector128<float>, Simd128>.Step(weights, gates, previous, cell, hidden, first, end);
        }
        else
        {
            Kernel<float, SimdScalar>.Step(weights, gates, previous, cell, hidden, first, end);
        }
    }

    private static class Kernel<TVec, TSimd>
        where TVec : struct
        where TSimd : struct, ISimd<TVec>
    {
        public static void Step(
            RecurrentMatrix weights, float* gates, float* previous, float* cell, float* hidden, int first, int end)
        {
            int block = first;
            for (; block + 2 <= end; block += 2)
            {
                Two(weights, block, gates, previous, cell, hidden);
            }

            if (block < end)
            {
                One(weights, block, gates, previous, cell, hidden);
            }
        }

        // Two blocks together: eight sums in flight hide the latency of the multiply-add.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Two(
            RecurrentMatrix weights, int block, float* gates, float* previous, float* cell, float* hidden)
        {
            TVec i0 = TSimd.Broadcast(0f), f0 = i0, g0 = i0, o0 = i0, i1 = i0, f1 = i0, g1 = i0, o1 = i0;
            int* words0 = weights.Words(block);
            int* words1 = weights.Words(block + 1);
            int units = weights.Units;
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

            Finish(weights, block, gates, cell, hidden, i0, f0, g0, o0);
            Finish(weights, block + 1, gates, cell, hidden, i1, f1, g1, o1);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void One(
            RecurrentMatrix weights, int block, float* gates, float* previous, float* cell, float* hidden)
        {
            TVec i = TSimd.Broadcast(0f), f = i, g = i, o = i;
            int* words = weights.Words(block);
            int units = weights.Units;
            for (int k = 0; k < units; k++)
            {
                TVec v = TSimd.Broadcast(previous[k]);
                f = TSimd.MultiplyAdd(v, TSimd.LoadUpperHalves(words), f);
                i = TSimd.MultiplyAdd(v, TSimd.LoadLowerHalves(words), i);
                o = TSimd.MultiplyAdd(v, TSimd.LoadUpperHalves(words + TSimd.Lanes), o);
                g = TSimd.MultiplyAdd(v, TSimd.LoadLowerHalves(words + TSimd.Lanes), g);
                words += 2 * TSimd.Lanes;
            }

            Finish(weights, block, gates, cell, hidden, i, f, g, o);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Finish(
            RecurrentMatrix weights, int block, float* gates, float* cell, float* hidden, TVec i, TVec f, TVec g, TVec o)
        {
            int lanes = TSimd.Lanes;
            float* steps = weights.Steps(block);
            gates += (nint)block * 4 * lanes;
            cell += (nint)block * lanes;
            i = TSimd.MultiplyAdd(i, TSimd.Load(steps), TSimd.Load(gates));
            f = TSimd.MultiplyAdd(f, TSimd.Load(steps + lanes), TSimd.Load(gates + lanes));
            g = TSimd.MultiplyAdd(g, TSimd.Load(steps + (2 * lanes)), TSimd.Load(gates + (2 * lanes)));
            o = TSimd.MultiplyAdd(o, TSimd.Load(steps + (3 * lanes)), TSimd.Load(gates + (3 * lanes)));
            i = Activation.Kernel<TVec, TSimd>.Sigmoid(i);
            f = Activation.Kernel<TVec, TSimd>.Sigmoid(f);
            g = Activation.Kernel<TVec, TSimd>.Tanh(g);
            o = Activation.Kernel<TVec, TSimd>.Sigmoid(o);
            TVec next = TSimd.MultiplyAdd(f, TSimd.Load(cell), TSimd.Multiply(i, g));
            TSimd.Store(cell, next);
            TSimd.Store(hidden + ((nint)block * lanes), TSimd.Multiply(o, Activation.Kernel<TVec, TSimd>.Tanh(next)));
        }
    }
}
