using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AudioCodec.Entropy;

/// <content>Attention of one query over a run of keys and values.</content>
internal sealed partial class ExactKernels<T>
{
    public override void Attend(ReadOnlySpan<float> query, AttentionCache cache, int from, int count, Span<float> scores, Span<float> output)
    {
        int stride = (count + 15) & ~15;
        scores = scores[..(cache.Heads * stride)];
        for (int h = 0; h < cache.Heads; h++)
        {
            Span<float> row = scores.Slice(h * stride, stride);
            ReadOnlySpan<float> keys = cache.Keys.AsSpan(h * cache.HeadWidth * cache.KeyStride, cache.HeadWidth * cache.KeyStride)[from..];
            Scores(query.Slice(h * cache.HeadWidth, cache.HeadWidth), keys, cache.KeyStride, stride, row);
            Softmax(row, count);
        }

        int width = cache.PaddedHeadWidth;
        ReadOnlySpan<float> values = cache.Values.AsSpan(from * cache.Heads * width, count * cache.Heads * width);
        WeightedSum(scores, stride, values, count, cache.Heads, width, output[..(cache.Heads * width)]);
    }

    /// <summary>Products of one head's query with <paramref name="stride"/> keys, the elements in ascending order.</summary>
    private static void Scores(ReadOnlySpan<float> query, ReadOnlySpan<float> keys, int keyStride, int stride, Span<float> row)
    {
        ref float k0 = ref MemoryMarshal.GetReference(keys[..(((query.Length - 1) * keyStride) + stride)]);
        ref float s0 = ref MemoryMarshal.GetReference(row);
        ref float q0 = ref MemoryMarshal.GetReference(query);
        int j = 0;
        for (; j <= stride - (4 * T.Width); j += 4 * T.Width)
        {
            T s00 = T.Broadcast(0f), s01 = s00, s02 = s00, s03 = s00;
            nint at = j;
            for (int d = 0; d < query.Length; d++, at += keyStride)
            {
                T q = T.Broadcast(Unsafe.Add(ref q0, d));
                s00 += q * T.Load(ref k0, at);
                s01 += q * T.Load(ref k0, at + T.Width);
                s02 += q * T.Load(ref k0, at + (2 * T.Width));
                s03 += q * T.Load(ref k0, at + (3 * T.Width));
            }

            T.Store(s00, ref s0, j);
            T.Store(s01, ref s0, j + T.Width);
            T.Store(s02, ref s0, j + (2 * T.Width));
            T.Store(s03, ref s0, j + (3 * T.Width));
        }

        for (; j < stride; j += T.Width)
        {
            T s = T.Broadcast(0f);
            nint at = j;
            for (int d = 0; d < query.Length; d++, at += keyStride)
            {
                s += T.Broadcast(Unsafe.Add(ref q0, d)) * T.Load(ref k0, at);
            }

            T.Store(s, ref s0, j);
        }
    }

    /// <summary>e^(s - max) / sum in place over the first <paramref name="count"/>; the rest becomes zero.</summary>
    private static void Softmax(Span<float> row, int count)
    {
        float max = Largest(row[..count]);
        ref float s0 = ref MemoryMarshal.GetReference(row);
        row[count..].Fill(max);
        T top = T.Broadcast(max);
        for (int j = 0; j < row.Length; j += T.Width)
        {
            T.Store(ExactMath.Exp(T.Load(ref s0, j) - top), ref s0, j);
        }

        row[count..].Clear();
        T inverse = T.Broadcast(1f / Sum(row));
        for (int j = 0; j < row.Length; j += T.Width)
        {
            T.Store(T.Load(ref s0, j) * inverse, ref s0, j);
        }
    }

    /// <summary>Sum over positions, in ascending order, of each head's weight times its value.</summary>
    private static void WeightedSum(
        ReadOnlySpan<float> weights, int stride, ReadOnlySpan<float> values, int count, int heads, int width, Span<float> output)
    {
        int row = heads * width;
        ref float p0 = ref MemoryMarshal.GetReference(weights);
        ref float v0 = ref MemoryMarshal.GetReference(values);
        ref float o0 = ref MemoryMarshal.GetReference(output);
        int n = 0;
        for (; n <= row - (4 * T.Width); n += 4 * T.Width)
        {
            // A lane never straddles heads, as their padded width is a multiple of 16.
            ref float h0 = ref Unsafe.Add(ref p0, n / width * stride);
            ref float h1 = ref Unsafe.Add(ref p0, (n + T.Width) / width * stride);
            ref float h2 = ref Unsafe.Add(ref p0, (n + (2 * T.Width)) / width * stride);
            ref float h3 = ref Unsafe.Add(ref p0, (n + (3 * T.Width)) / width * stride);
            T c0 = T.Broadcast(0f), c1 = c0, c2 = c0, c3 = c0;
            nint at = n;
            for (nint j = 0; j < count; j++, at += row)
            {
                c0 += T.Broadcast(Unsafe.Add(ref h0, j)) * T.Load(ref v0, at);
                c1 += T.Broadcast(Unsafe.Add(ref h1, j)) * T.Load(ref v0, at + T.Width);
                c2 += T.Broadcast(Unsafe.Add(ref h2, j)) * T.Load(ref v0, at + (2 * T.Width));
                c3 += T.Broadcast(Unsafe.Add(ref h3, j)) * T.Load(ref v0, at + (3 * T.Width));
            }

            T.Store(c0, ref o0, n);
            T.Store(c1, ref o0, n + T.Width);
            T.Store(c2, ref o0, n + (2 * T.Width));
            T.Store(c3, ref o0, n + (3 * T.Width));
        }

        for (; n < row; n += T.Width)
        {
            ref float h = ref Unsafe.Add(ref p0, n / width * stride);
            T c = T.Broadcast(0f);
            nint at = n;
            for (nint j = 0; j < count; j++, at += row)
            {
                c += T.Broadcast(Unsafe.Add(ref h, j)) * T.Load(ref v0, at);
            }

            T.Store(c, ref o0, n);
        }
    }
}
