using System.Runtime.CompilerServices;

namespace AudioCodec.Entropy;

/// <content>Attention of one query over a run of keys and values.</content>
internal sealed unsafe partial class ExactKernels<TVec, TSimd>
{
    private const int BlockSlots = AttentionCache.BlockSlots;

    public override void Attend(ReadOnlySpan<float> query, AttentionCache cache, int from, int count, Span<float> scores, Span<float> output)
    {
        // Whole blocks are scored; those of the first block's slots before the run are not used.
        int first = from / BlockSlots;
        int skipped = from % BlockSlots;
        int blocks = (skipped + count + BlockSlots - 1) / BlockSlots;
        int stride = ScoresPerHead(blocks);
        int width = cache.PaddedHeadWidth;
        fixed (float* q0 = query[..(cache.Heads * cache.HeadWidth)], s0 = scores[..(cache.Heads * stride)], o0 = output[..(cache.Heads * width)])
        fixed (float* k0 = cache.Keys.AsSpan(first * cache.KeyBlock, blocks * cache.KeyBlock))
        fixed (float* v0 = cache.Values.AsSpan(from * cache.Heads * width, count * cache.Heads * width))
        {
            for (int h = 0; h < cache.Heads; h++)
            {
                float* row = s0 + (h * stride);
                int before = h * cache.HeadWidth;
                Scores(q0 + before, cache.HeadWidth, k0 + (before * BlockSlots), cache.KeyBlock, blocks, row);
                Softmax(row + skipped, count, (count + 15) & ~15);
            }

            WeightedSum(s0 + skipped, stride, v0, count, cache.Heads, width, o0);
        }
    }

    /// <summary>Products of one head's query with the keys of <paramref name="blocks"/> blocks, the elements in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores(float* query, int width, float* keys, nint keyBlock, int blocks, float* row)
    {
        int slots = blocks * BlockSlots;
        int j = 0;
        for (; j <= slots - (4 * TSimd.Lanes); j += 4 * TSimd.Lanes)
        {
            float* k0 = Slots(keys, keyBlock, j), k1 = Slots(keys, keyBlock, j + TSimd.Lanes);
            float* k2 = Slots(keys, keyBlock, j + (2 * TSimd.Lanes)), k3 = Slots(keys, keyBlock, j + (3 * TSimd.Lanes));
            TVec s0 = TSimd.Broadcast(0f), s1 = s0, s2 = s0, s3 = s0;
            for (nint d = 0, at = 0; d < width; d++, at += BlockSlots)
            {
                TVec q = TSimd.Broadcast(query[d]);
                s0 = AddProduct(s0, q, TSimd.Load(k0 + at));
                s1 = AddProduct(s1, q, TSimd.Load(k1 + at));
                s2 = AddProduct(s2, q, TSimd.Load(k2 + at));
                s3 = AddProduct(s3, q, TSimd.Load(k3 + at));
            }

            TSimd.Store(row + j, s0);
            TSimd.Store(row + j + TSimd.Lanes, s1);
            TSimd.Store(row + j + (2 * TSimd.Lanes), s2);
            TSimd.Store(row + j + (3 * TSimd.Lanes), s3);
        }

        for (; j < slots; j += TSimd.Lanes)
        {
            float* key = Slots(keys, keyBlock, j);
            TVec s = TSimd.Broadcast(0f);
            for (nint d = 0; d < width; d++)
            {
                s = AddProduct(s, TSimd.Broadcast(query[d]), TSimd.Load(key + (d * BlockSlots)));
            }

            TSimd.Store(row + j, s);
        }
    }

    /// <summary>The first element of the keys from slot <paramref name="slot"/> on.</summary>
    private static float* Slots(float* keys, nint keyBlock, int slot) => keys + (slot / BlockSlots * keyBlock) + (slot % BlockSlots);

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
        for (; n <= row - (8 * TSimd.Lanes); n += 8 * TSimd.Lanes)
        {
            // A vector never spans two heads, since their padded width is a multiple of 16.
            float* h0 = weights + (n / width * stride);
            float* h1 = weights + ((n + TSimd.Lanes) / width * stride);
            float* h2 = weights + ((n + (2 * TSimd.Lanes)) / width * stride);
            float* h3 = weights + ((n + (3 * TSimd.Lanes)) / width * stride);
            float* h4 = weights + ((n + (4 * TSimd.Lanes)) / width * stride);
            float* h5 = weights + ((n + (5 * TSimd.Lanes)) / width * stride);
            float* h6 = weights + ((n + (6 * TSimd.Lanes)) / width * stride);
            float* h7 = weights + ((n + (7 * TSimd.Lanes)) / width * stride);
            TVec c0 = TSimd.Broadcast(0f), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
            float* value = values + n;
            for (nint j = 0; j < count; j++, value += row)
            {
                c0 = AddProduct(c0, TSimd.Broadcast(h0[j]), TSimd.Load(value));
                c1 = AddProduct(c1, TSimd.Broadcast(h1[j]), TSimd.Load(value + TSimd.Lanes));
                c2 = AddProduct(c2, TSimd.Broadcast(h2[j]), TSimd.Load(value + (2 * TSimd.Lanes)));
                c3 = AddProduct(c3, TSimd.Broadcast(h3[j]), TSimd.Load(value + (3 * TSimd.Lanes)));
                c4 = AddProduct(c4, TSimd.Broadcast(h4[j]), TSimd.Load(value + (4 * TSimd.Lanes)));
                c5 = AddProduct(c5, TSimd.Broadcast(h5[j]), TSimd.Load(value + (5 * TSimd.Lanes)));
                c6 = AddProduct(c6, TSimd.Broadcast(h6[j]), TSimd.Load(value + (6 * TSimd.Lanes)));
                c7 = AddProduct(c7, TSimd.Broadcast(h7[j]), TSimd.Load(value + (7 * TSimd.Lanes)));
            }

            TSimd.Store(output + n, c0);
            TSimd.Store(output + n + TSimd.Lanes, c1);
            TSimd.Store(output + n + (2 * TSimd.Lanes), c2);
            TSimd.Store(output + n + (3 * TSimd.Lanes), c3);
            TSimd.Store(output + n + (4 * TSimd.Lanes), c4);
            TSimd.Store(output + n + (5 * TSimd.Lanes), c5);
            TSimd.Store(output + n + (6 * TSimd.Lanes), c6);
            TSimd.Store(output + n + (7 * TSimd.Lanes), c7);
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
