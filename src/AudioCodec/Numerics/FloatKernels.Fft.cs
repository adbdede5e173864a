using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>Fourier transform; see <see cref="Fft"/>.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    /// <summary>One Stockham stage: butterflies between halves, results interleaved by <paramref name="stride"/>.</summary>
    /// <param name="x">[2, n] real and imaginary parts, n = 2 * groups * stride.</param>
    /// <param name="y">Receives as many.</param>
    /// <param name="cos">[n / 2] real parts of the roots of unity.</param>
    /// <param name="sin">[n / 2] imaginary parts.</param>
    /// <param name="groups">Groups of butterflies with the same root.</param>
    /// <param name="stride">Butterflies per group.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FftStage(float* x, float* y, float* cos, float* sin, int groups, int stride)
    {
        int half = groups * stride;
        int imaginary = 2 * half;
        for (int p = 0; p < groups; p++)
        {
            float wRe = cos[p * stride], wIm = sin[p * stride];
            TVec wRes = TSimd.Broadcast(wRe), wIms = TSimd.Broadcast(wIm);
            float* a = x + (p * stride);
            float* o = y + (2 * p * stride);
            int q = 0;
            for (; q + TSimd.Lanes <= stride; q += TSimd.Lanes)
            {
                TVec re0 = TSimd.Load(a + q), im0 = TSimd.Load(a + q + imaginary);
                TVec re1 = TSimd.Load(a + q + half), im1 = TSimd.Load(a + q + half + imaginary);
                TVec dRe = TSimd.Subtract(re0, re1), dIm = TSimd.Subtract(im0, im1);
                TSimd.Store(o + q, TSimd.Add(re0, re1));
                TSimd.Store(o + q + imaginary, TSimd.Add(im0, im1));
                TSimd.Store(o + q + stride, TSimd.Subtract(TSimd.Multiply(dRe, wRes), TSimd.Multiply(dIm, wIms)));
                TSimd.Store(o + q + stride + imaginary, TSimd.Add(TSimd.Multiply(dRe, wIms), TSimd.Multiply(dIm, wRes)));
            }

            for (; q < stride; q++)
            {
                float dRe = a[q] - a[q + half], dIm = a[q + imaginary] - a[q + half + imaginary];
                o[q] = a[q] + a[q + half];
                o[q + imaginary] = a[q + imaginary] + a[q + half + imaginary];
                o[q + stride] = (dRe * wRe) - (dIm * wIm);
                o[q + stride + imaginary] = (dRe * wIm) + (dIm * wRe);
            }
        }
    }
}
