using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

/// <summary>y[t] = x[t] E + x[t+1] L + bias with three products for two outputs.</summary>
public sealed unsafe class TwoTapProductTests
{
    [Theory]
    [InlineData(1, 8, 16)]
    [InlineData(2, 64, 64)]
    [InlineData(5, 40, 33)]
    [InlineData(48, 2048, 64)]
    [InlineData(301, 64, 64)]
    [InlineData(150, 24, 1)]
    [InlineData(37, 130, 200)]
    public void Multiply_RandomMatrices_EqualsTheDefinition(int count, int rows, int columns)
    {
        TwoTapMatrix weights = Weights(rows, columns, out float[,] early, out float[,] late);
        AlignedArray x = Random(2, (count + 1) * rows);
        float[] actual = Multiply(x, count, 0, weights);
        for (int t = 0; t < count; t++)
        {
            for (int column = 0; column < columns; column++)
            {
                double expected = weights.Bias[column];
                double size = Math.Abs(expected);
                for (int k = 0; k < rows; k++)
                {
                    double now = x.Span[(t * rows) + k];
                    double next = x.Span[((t + 1) * rows) + k];
                    expected += (now * early[k, column]) + (next * late[k, column]);
                    size += (Math.Abs(now) + Math.Abs(next)) * (Math.Abs(early[k, column]) + Math.Abs(late[k, column]));
                }

                Assert.InRange(Math.Abs(actual[(t * columns) + column] - expected), 0, (rows + 4) * Math.Pow(2, -24) * size);
            }
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(7, 1)]
    [InlineData(50, 0)]
    public void Multiply_CutAnywhere_GivesTheSameBits(int piece, int parity)
    {
        const int Count = 260;
        TwoTapMatrix weights = Weights(72, 70, out _, out _);
        AlignedArray x = Random(3, (Count + 1) * 72);
        float[] whole = Multiply(x, Count, parity, weights);
        AlignedArray cut = new(whole.Length);
        Executor executor = new(1);
        for (int start = 0; start < Count; start += piece)
        {
            executor.MultiplyTwoTap(
                x.Pointer + (start * 72), Math.Min(piece, Count - start), (start + parity) & 1, weights, cut.Pointer + (start * 70), null);
        }

        Assert.Equal(whole, cut.Span.ToArray());
    }

    [Theory]
    [InlineData(2000, 64)]
    [InlineData(150, 1024)]
    public void Multiply_TwoThreadsAndMeasured_GivesTheSameBitsAndSums(int count, int rows)
    {
        TwoTapMatrix weights = Weights(rows, 96, out _, out _);
        AlignedArray x = Random(4, (count + 1) * rows);
        float[] alone = Multiply(x, count, 0, weights);
        float[] ones = [.. Enumerable.Repeat(1f, 96)];
        List<float[]> normalized = [];
        foreach (int threads in new[] { 1, 2 })
        {
            AlignedArray c = new(alone.Length);
            GroupNorm norm = new();
            Executor executor = new(threads);
            executor.MultiplyTwoTap(x.Pointer, count, 0, weights, c.Pointer, norm);
            Assert.Equal(alone, c.Span.ToArray());
            norm.End(ones, new float[96]);
            executor.Finish(c.Pointer, count, 96, new Unfinished { Norm = norm }, keep: true, null);
            normalized.Add(c.Span.ToArray());
        }

        Assert.Equal(normalized[0], normalized[1]);
        Assert.Equal(0, normalized[0].Average(v => (double)v), 1e-5);
        Assert.Equal(1, normalized[0].Average(v => (double)v * v), 1e-4);
    }

    private static float[] Multiply(AlignedArray x, int count, int parity, TwoTapMatrix weights)
    {
        AlignedArray c = new(count * weights.Columns);
        new Executor(1).MultiplyTwoTap(x.Pointer, count, parity, weights, c.Pointer, null);
        return c.Span.ToArray();
    }

    private static TwoTapMatrix Weights(int rows, int columns, out float[,] early, out float[,] late)
    {
        TwoTapMatrix weights = new(rows, columns);
        early = new float[rows, columns];
        late = new float[rows, columns];
        Random random = new(5);
        var e = new float[columns];
        var l = new float[columns];
        for (int k = 0; k < rows; k++)
        {
            for (int column = 0; column < columns; column++)
            {
                early[k, column] = e[column] = random.NextSingle() - 0.5f;
                late[k, column] = l[column] = random.NextSingle() - 0.5f;
            }

            weights.SetRow(k, e, l);
        }

        foreach (ref float bias in weights.Bias[..columns])
        {
            bias = random.NextSingle();
        }

        return weights;
    }

    private static AlignedArray Random(int seed, int length)
    {
        Random random = new(seed);
        AlignedArray array = new(length);
        foreach (ref float value in array.Span)
        {
            value = random.NextSingle() - 0.5f;
        }

        return array;
    }
}
