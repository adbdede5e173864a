using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>Normalization of a row.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * gain + bias, the mean taken as 0 if not <paramref name="centered"/>.</summary>
    /// <remarks>
    /// The mean is corrected by that of the differences from it, and the squares are summed of differences: a mean far from zero costs no more
    /// accuracy than its own rounding, whatever the number of lanes.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(float* x, int width, float* gain, float* bias, float epsilon, bool centered, float* y)
    {
        float mean = 0f;
        for (int pass = 0; centered && pass < 2; pass++)
        {
            mean += Sum(x, width, mean) / width;
        }

        float inverse = 1f / MathF.Sqrt((SumOfSquares(x, width, mean) / width) + epsilon);
        TVec means = TSimd.Broadcast(mean);
        TVec inverses = TSimd.Broadcast(inverse);
        int i = 0;
        for (; i + TSimd.Lanes <= width; i += TSimd.Lanes)
        {
            TVec value = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + i), means), inverses);
            value = bias is null
                ? TSimd.Multiply(value, TSimd.Load(gain + i))
                : TSimd.MultiplyAdd(value, TSimd.Load(gain + i), TSimd.Load(bias + i));
            TSimd.Store(y + i, value);
        }

        for (; i < width; i++)
        {
            y[i] = ((x[i] - mean) * inverse * gain[i]) + (bias is null ? 0f : bias[i]);
        }
    }

    /// <summary>Sum of the differences from <paramref name="origin"/>, lane i summing i, i + lanes, ...</summary>
    private static float Sum(float* x, int count, float origin)
    {
        TVec origins = TSimd.Broadcast(origin);
        TVec sum = TSimd.Broadcast(0f);
        int i = 0;
        for (; i + TSimd.Lanes <= count; i += TSimd.Lanes)
        {
            sum = TSimd.Add(sum, TSimd.Subtract(TSimd.Load(x + i), origins));
        }

        float total = TSimd.Sum(sum);
        for (; i < count; i++)
        {
            total += x[i] - origin;
        }

        return total;
    }

    /// <summary>Sum of the squared differences from <paramref name="mean"/>.</summary>
    private static float SumOfSquares(float* x, int count, float mean)
    {
        TVec means = TSimd.Broadcast(mean);
        TVec sum = TSimd.Broadcast(0f);
        int i = 0;
        for (; i + TSimd.Lanes <= count; i += TSimd.Lanes)
        {
            TVec difference = TSimd.Subtract(TSimd.Load(x + i), means);
            sum = TSimd.MultiplyAdd(difference, difference, sum);
        }

        float total = TSimd.Sum(sum);
        for (; i < count; i++)
        {
            total += (x[i] - mean) * (x[i] - mean);
        }

        return total;
    }
}
