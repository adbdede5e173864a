using System.Runtime.CompilerServices;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>Sum of some elements and of their squares.</summary>
/// <param name="Sum">Sum of the elements.</param>
/// <param name="Squares">Sum of their squares.</param>
internal readonly unsafe record struct ElementSums(double Sum, double Squares)
{
    /// <summary>Sums elements: single precision in runs of at most 4096, double precision over the runs.</summary>
    /// <param name="values">Addresses <paramref name="count"/> elements.</param>
    /// <param name="count">Number of elements.</param>
    public static ElementSums Of(float* values, int count)
    {
        ElementSums sums;
        Simd.Run(new Call(values, count, &sums));
        return sums;
    }

    private readonly struct Call(float* values, int count, ElementSums* sums) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() => *sums = FloatKernels<TVec, TSimd>.Sums(values, count);
    }
}

/// <content>Sums of elements.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    private const int SumRun = 4096;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ElementSums Sums(float* values, int count)
    {
        double sum = 0;
        double squares = 0;
        int i = 0;
        while (i + (4 * TSimd.Lanes) <= count)
        {
            TVec s0 = TSimd.Broadcast(0f), s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
            int end = Math.Min(count, i + SumRun);
            for (; i + (4 * TSimd.Lanes) <= end; i += 4 * TSimd.Lanes)
            {
                TVec v0 = TSimd.Load(values + i);
                TVec v1 = TSimd.Load(values + i + TSimd.Lanes);
                TVec v2 = TSimd.Load(values + i + (2 * TSimd.Lanes));
                TVec v3 = TSimd.Load(values + i + (3 * TSimd.Lanes));
                s0 = TSimd.Add(s0, v0);
                s1 = TSimd.Add(s1, v1);
                s2 = TSimd.Add(s2, v2);
                s3 = TSimd.Add(s3, v3);
                q0 = TSimd.MultiplyAdd(v0, v0, q0);
                q1 = TSimd.MultiplyAdd(v1, v1, q1);
                q2 = TSimd.MultiplyAdd(v2, v2, q2);
                q3 = TSimd.MultiplyAdd(v3, v3, q3);
            }

            sum += TSimd.Sum(TSimd.Add(TSimd.Add(s0, s1), TSimd.Add(s2, s3)));
            squares += TSimd.Sum(TSimd.Add(TSimd.Add(q0, q1), TSimd.Add(q2, q3)));
        }

        for (; i < count; i++)
        {
            sum += values[i];
            squares += (double)values[i] * values[i];
        }

        return new ElementSums(sum, squares);
    }
}
