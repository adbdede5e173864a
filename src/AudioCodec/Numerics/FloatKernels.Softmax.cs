using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>Softmax of a row.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    /// <summary>exp(x - max) / sum in place, over the first <paramref name="count"/> elements, at least one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* x, int count)
    {
        int whole = count / TSimd.Lanes * TSimd.Lanes;

        // The tail goes through a full vector whose other lanes are minus infinity, so that their exponential is 0.
        float* tail = stackalloc float[TSimd.Lanes];
        new Span<float>(tail, TSimd.Lanes).Fill(float.NegativeInfinity);
        new ReadOnlySpan<float>(x + whole, count - whole).CopyTo(new Span<float>(tail, TSimd.Lanes));
        TVec last = TSimd.Load(tail);

        TVec largest = last;
        for (int i = 0; i < whole; i += TSimd.Lanes)
        {
            largest = TSimd.Max(largest, TSimd.Load(x + i));
        }

        TVec top = TSimd.Broadcast(Largest(largest));
        TVec sum = Exp(TSimd.Subtract(last, top));
        TSimd.Store(tail, sum);
        for (int i = 0; i < whole; i += TSimd.Lanes)
        {
            TVec value = Exp(TSimd.Subtract(TSimd.Load(x + i), top));
            TSimd.Store(x + i, value);
            sum = TSimd.Add(sum, value);
        }

        float inverse = 1f / TSimd.Sum(sum);
        for (int i = 0; i < whole; i += TSimd.Lanes)
        {
            TSimd.Store(x + i, TSimd.Multiply(TSimd.Load(x + i), TSimd.Broadcast(inverse)));
        }

        for (int i = whole; i < count; i++)
        {
            x[i] = tail[i - whole] * inverse;
        }
    }

    /// <summary>The largest lane; NaN if any is.</summary>
    private static float Largest(TVec value)
    {
        float* lanes = stackalloc float[TSimd.Lanes];
        TSimd.Store(lanes, value);
        float largest = lanes[0];
        for (int i = 1; i < TSimd.Lanes; i++)
        {
            largest = MathF.Max(largest, lanes[i]);
        }

        return largest;
    }
}
