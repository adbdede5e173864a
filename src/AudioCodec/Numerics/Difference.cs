using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AudioCodec.Numerics;

/// <summary>Elementwise differences.</summary>
internal static unsafe class Difference
{
    /// <summary>left - right.</summary>
    /// <param name="left">Addresses <paramref name="count"/> values.</param>
    /// <param name="right">Addresses as many.</param>
    /// <param name="destination">Receives as many.</param>
    /// <param name="count">Number of values.</param>
    public static void Of(float* left, float* right, float* destination, int count)
    {
        if (Simd.Has512)
        {
            Kernel<Vector512<float>, Simd512>.Subtract(left, right, destination, count);
        }
        else if (Simd.Has256)
        {
            Kernel<Vector256<float>, Simd256>.Subtract(left, right, destination, count);
        }
        else if (Simd.Has128)
        {
            Kernel<Vector128<float>, Simd128>.Subtract(left, right, destination, count);
        }
        else
        {
            Kernel<float, SimdScalar>.Subtract(left, right, destination, count);
        }
    }

    private static class Kernel<TVec, TSimd>
        where TVec : struct
        where TSimd : struct, ISimd<TVec>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Subtract(float* left, float* right, float* destination, int count)
        {
            int i = 0;
            for (; i + TSimd.Lanes <= count; i += TSimd.Lanes)
            {
                TSimd.Store(destination + i, TSimd.Subtract(TSimd.Load(left + i), TSimd.Load(right + i)));
            }

            for (; i < count; i++)
            {
                destination[i] = left[i] - right[i];
            }
        }
    }
}
