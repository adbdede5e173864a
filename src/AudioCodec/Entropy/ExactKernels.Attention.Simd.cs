using System.Runtime.CompilerServices;

namespace AudioCodec.Entropy;

/// <content>Attention of one query over a run of keys and values.</content>
internal sealed unsafe partial class ExactKernels<TVec, TSimd>
{
    public override void Attend(ReadOnlySpan<float> query, AttentionCache cache, int from, int count, Span<float> scores, Span<float> output)
    {
        int stride = (count + 15) & ~15;
        int head = cache.HeadWidth * cache.KeyStride;
        int width = cache.PaddedHeadWidth;
        fixed (float* q0 = query[..(cache.Heads * cache.HeadWidth)], s0 = scores[..(cache.Heads * stride)], o0 = output[..(cache.Heads * width)])
        fixed (float* k0 = cache.Keys.AsSpan(from, (cache.Heads * head) - cache.KeyStride + stride))
        fixed (float* v0 = cache.Values.AsSpan(from * cache.Heads * width, count * cache.Heads * width))
        {
            for (int h = 0; h < cache.Heads; h++)
            {
                float* row = s0 + (h * stride);
                Scores(q0 + (h * cache.HeadWidth), cache.HeadWidth, k0 + (h * head), cache.KeyStride, stride, row);
                Softmax(row, count, stride);
            }

            WeightedSum(s0, stride, v0, count, cache.Heads, width, o0);
        }
    }

    /// <summary>Products of one head's query with <paramref name="stride"/> keys, the elements in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores(float* query, int width, float* keys, nint keyStride, int stride, float* row)
    {
        int j = 0;
        for (; j <= stride - (4 * TSimd.Lanes); j += 4 * TSimd.Lanes)
        {
            TVec s0 = TSimd.Broadcast(0f), s1 = s0, s2 = s0, s3 = s0;
            float* key = keys + j;
            for (int d = 0; d < width; d++, key += keyStride)
            {
                TVec q = TSimd.Broadcast(query[d]);
                s0 = AddProduct(s0, q, TSimd.Load(key));
                s1 = AddProduct(s1, q, TSimd.Load(key + TSimd.Lanes));
                s2 = AddProduct(s2, q, TSimd.Load(key + (2 * TSimd.Lanes)));
                s3 = AddProduct(s3, q, TSimd.Load(key + (3 * TSimd.Lanes)));
            }

            TSimd.Store(row + j, s0);
            TSimd.Store(row + j + TSimd.Lanes, s1);
            TSimd.Store(row + j + (2 * TSimd.Lanes), s2);
            TSimd.Store(row + j + (3 * TSimd.Lanes), s3);
        }

        for (; j < stride; j += TSimd.Lanes)
        {
            TVec s = TSimd.Broadcast(0f);
            float* key = keys + j;
            for (int d = 0; d < width; d++, key += keyStride)
            {
                s = AddProduct(s, TSimd.Broadcast(query[d]), TSimd.Load(key));
            }

            TSimd.Store(row + j, s);
        }
    }

    /// <summary>e^(s - max) / sum in place over the first <paramref name="count"/>; the rest of the row becomes zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(float* row, int count, int stride)
    {
        float max = Largest(row, count);
        var rest = new Span<float>(row + count, stride - count);
        rest.Fill(max);
        TVec top = TSimd.Broadcast(max);
        for (int j = 0; j < stride; j += TSimd.Lanes)
        {
            TSimd.Store(row + j, Exp(TSimd.Subtract(TSimd.Load(row + j), top)));
        }

        rest.Clear();
        TVec inverse = TSimd.Broadcast(1f / Sum(row, stride));
        for (int j = 0; j < stride; j += TSimd.Lanes)
        {
            TSimd.Store(row + j, TSimd.Multiply(TSimd.Load(row + j), inverse));
        }
    }

    /// <summary>Sum over positions, in ascending order, of each head's weight times its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightedSum(float* weights, int stride, float* values, int count, int heads, int width, float* output)
    {
        int row = heads * width;
        int n = 0;
        for (; n <= row - (4 * TSimd.Lanes); n += 4 * TSimd.Lanes)
        {
            // A vector never spans two heads, since their padded width is a multiple of 16.
            float* h0 = weights + (n / width * stride);
            float* h1 = weights + ((n + TSimd.Lanes) / width * stride);
            float* h2 = weights + ((n + (2 * TSimd.Lanes)) / width * stride);
            float* h3 = weights + ((n + (3 * TSimd.Lanes)) / width * stride);
            TVec c0 = TSimd.Broadcast(0f), c1 = c0, c2 = c0, c3 = c0;
            float* value = values + n;
            for (nint j = 0; j < count; j++, value += row)
            {
                c0 = AddProduct(c0, TSimd.Broadcast(h0[j]), TSimd.Load(value));
                c1 = AddProduct(c1, TSimd.Broadcast(h1[j]), TSimd.Load(value + TSimd.Lanes));
                c2 = AddProduct(c2, TSimd.Broadcast(h2[j]), TSimd.Load(value + (2 * TSimd.Lanes)));
                c3 = AddProduct(c3, TSimd.Broadcast(h3[j]), TSimd.Load(value + (3 * TSimd.Lanes)));
            }

            TSimd.Store(output + n, c0);
            TSimd.Store(output + n + TSimd.Lanes, c1);
            TSimd.Store(output + n + (2 * TSimd.Lanes), c2);
            TSimd.Store(output + n + (3 * TSimd.Lanes), c3);
        }

        for (; n < row; n += TSimd.Lanes)
        {
            float* h = weights + (n / width * stride);
            TVec c = TSimd.Broadcast(0f);
            float* value = values + n;
            for (nint j = 0; j < count; j++, value += row)
            {
                c = AddProduct(c, TSimd.Broadcast(h[j]), TSimd.Load(value));
            }

            TSimd.Store(output + n, c);
        }
    }
}
