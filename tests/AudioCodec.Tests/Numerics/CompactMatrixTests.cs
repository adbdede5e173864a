using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

public sealed unsafe class CompactMatrixTests
{
    /// <summary>Every finite half-precision number, subnormal ones and both zeros among them.</summary>
    private static readonly float[] s_halves =
        [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).Where(Half.IsFinite).Select(h => (float)h)];

    [Fact]
    public void Half_KeepsEveryHalfPrecisionNumberExactly()
    {
        // Outputs of 64 of similar size; and each with the largest number among its weights, so that subnormal ones stay subnormal.
        Assert.Equal(s_halves, Decode(s_halves, 64, WeightFormat.F16));
        float[] mixed = [.. s_halves.Chunk(62).SelectMany(chunk => chunk.Append(65504f).Append(0f))];
        Assert.Equal(mixed, Decode(mixed, 64, WeightFormat.F16));
    }

    [Fact]
    public void Half_OtherNumbers_AreRoundedByLessThanHalfAUnit()
    {
        float[] weights = [.. GuardedArray.Random(33 * 50, 1).Select((w, i) => w * MathF.ScaleB(1f, (i / 50 * 6) - 130))];
        float[] decoded = Decode(weights, 50, WeightFormat.F16);
        for (int i = 0; i < weights.Length; i++)
        {
            double largest = weights.AsSpan(i / 50 * 50, 50).ToArray().Max(MathF.Abs);
            Assert.InRange(Math.Abs((double)decoded[i] - weights[i]), 0, (Math.Abs(weights[i]) * Math.Pow(2, -11)) + (largest * Math.Pow(2, -37)) + 1e-44);
        }
    }

    [Fact]
    public void BFloat16_IsTheNearestOfItsNumbers()
    {
        float[] weights = [.. GuardedArray.Random(64 * 100, 2), 1.00390625f, 1.01171875f, -1.00390625f, float.MaxValue, -float.MaxValue, 0f, 1e-40f];
        float[] decoded = Decode(weights, weights.Length, WeightFormat.BF16);
        Assert.Equal([1f, 1.015625f, -1f], decoded[^7..^4]);
        Assert.Equal([3.3895314e38f, -3.3895314e38f, 0f], decoded[^4..^1]);
        for (int i = 0; i < 64 * 100; i++)
        {
            Assert.Equal(0, BitConverter.SingleToInt32Bits(decoded[i]) & 0xFFFF);
            Assert.InRange(Math.Abs((double)decoded[i] - weights[i]), 0, Math.Abs(weights[i]) * Math.Pow(2, -8));
        }
    }

    [Fact]
    public void Int8_IntegersUpTo127_AreKeptExactly()
    {
        float[] weights = [.. Enumerable.Range(0, 255 * 3).Select(i => (float)((i % 255) - 127))];
        Assert.Equal(weights, Decode(weights, 255, WeightFormat.I8));
        Assert.Equal(weights, Decode(weights, weights.Length, WeightFormat.I8));
    }

    [Fact]
    public void Int8_OtherNumbers_AreRoundedByHalfAStepOfTheirOutput()
    {
        float[] weights = [.. GuardedArray.Random(70 * 37, 3).Select((w, i) => w * (1 + (i / 37)))];
        float[] decoded = Decode(weights, 37, WeightFormat.I8);
        for (int i = 0; i < weights.Length; i++)
        {
            double step = weights.AsSpan(i / 37 * 37, 37).ToArray().Max(MathF.Abs) / 127;
            Assert.InRange(Math.Abs((double)decoded[i] - weights[i]), 0, step * 0.50001);
        }
    }

    [Fact]
    public void AnyFormat_Zeros_StayZeros()
    {
        foreach (WeightFormat format in Formats())
        {
            Assert.Equal(new float[3 * 100], Decode(new float[3 * 100], 100, format));
        }
    }

    [Fact]
    public void Bytes_AreThoseOfTheFormat()
    {
        int columns = 3 * CompactMatrix.PanelColumns;
        float[] weights = GuardedArray.Random(columns * 64, 4);
        Assert.Equal(2L * columns * 64, CompactMatrix.FromColumns(weights, 64, WeightFormat.F16).Bytes);
        Assert.Equal(2L * columns * 64, CompactMatrix.FromColumns(weights, 64, WeightFormat.BF16).Bytes);
        Assert.Equal(1L * columns * 64, CompactMatrix.FromColumns(weights, 64, WeightFormat.I8).Bytes);
    }

    /// <summary>The same bits in every tier: integers, and one rounding after the other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Int8_AnyInputs_AreRoundedBlockByBlockAndAddedExactly(int rows)
    {
        const int Columns = 37;
        foreach (int depth in new[] { 1, 31, 511, 512, 513, 1024, 1700 })
        {
            float[] weights = [.. GuardedArray.Integers(depth * Columns, 5).Select((w, i) => i % depth == 0 ? 127f : w)];
            float[] inputs = [.. GuardedArray.Random(rows * depth, 6).Select((x, i) => x * MathF.ScaleB(1f, i % 1024 / 100))];
            float[] actual = Multiply(weights, inputs, depth, WeightFormat.I8);
            for (int i = 0; i < actual.Length; i++)
            {
                float sum = 0f;
                for (int start = 0; start < depth; start += 512)
                {
                    float[] block = inputs[((i / Columns * depth) + start)..((i / Columns * depth) + Math.Min(depth, start + 512))];
                    float unit = MathF.ScaleB(1f, MathF.ILogB(block.Max(MathF.Abs)) - 14);
                    float[] column = weights[((i % Columns * depth) + start)..];
                    long products = block.Select((x, k) => (long)Math.Min(MathF.Round(x / unit), 32767f) * (long)column[k]).Sum();
                    sum += products * unit;
                }

                Assert.Equal(sum, actual[i]);
            }
        }
    }

    [Fact]
    public void Int8_InputsJustBelowAPowerOfTwo_DoNotWrapAround()
    {
        float[] largest = [BitConverter.Int32BitsToSingle(0x3FFFFFFF), -BitConverter.Int32BitsToSingle(0x3FFFFFFF)];
        Assert.Equal([254f * 32767f / 32768f, 0f, -254f], Multiply([127f, 0f], [largest[0], 0f, 0f, 0f, largest[1], 0f], 2, WeightFormat.I8));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Int8_InputThatIsNotFinite_GivesNaN(float value)
    {
        float[] inputs = GuardedArray.Random(2 * 600, 7);
        inputs[599] = value;
        float[] actual = Multiply(GuardedArray.Random(20 * 600, 8), inputs, 600, WeightFormat.I8);
        Assert.All(actual[..20], y => Assert.Equal(float.NaN, y));
        Assert.All(actual[20..], y => Assert.True(float.IsFinite(y)));
    }

    [Fact]
    public void Int8_TinyInputs_AreNoLess()
    {
        Assert.Equal([127e-20f, 0f, 0f], Multiply([127f], [1e-20f, 1e-44f, 0f], 1, WeightFormat.I8), (a, b) => Math.Abs(a - b) <= 1e-4f * a);
    }

    [Fact]
    public void FromColumns_SinglePrecision_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CompactMatrix.FromColumns(new float[4], 2, WeightFormat.F32));

    public static IEnumerable<WeightFormat> Formats() => Enum.GetValues<WeightFormat>().Where(format => format != WeightFormat.F32);

    /// <summary>Products with the rows of the identity are the decoded weights, [N, K].</summary>
    private static float[] Decode(float[] columns, int depth, WeightFormat format)
    {
        CompactMatrix matrix = CompactMatrix.FromColumns(columns, depth, format);
        var decoded = new float[columns.Length];
        var unit = new float[depth];
        for (int k = 0; k < depth; k++)
        {
            unit[k] = 1f;
            float[] row = Multiply(unit, matrix);
            unit[k] = 0f;
            for (int n = 0; n < row.Length; n++)
            {
                decoded[(n * depth) + k] = row[n];
            }
        }

        return decoded;
    }

    /// <summary>Rows [M, K] times columns [N, K].</summary>
    private static float[] Multiply(float[] columns, float[] rows, int depth, WeightFormat format) =>
        Multiply(rows, CompactMatrix.FromColumns(columns, depth, format));

    private static float[] Multiply(float[] rows, CompactMatrix matrix)
    {
        int depth = matrix.Rows;
        int count = rows.Length / depth;
        GuardedArray x = new(rows);
        GuardedArray y = new(count * matrix.Columns);
        GuardedArray scratch = new(CompactGemm.Scratch(count, matrix, default));
        GemmOperand a = new() { Data = x.Pointer, RowCount = count, RowStride = depth, Taps = 1, TapLength = depth };
        PanelQueue queue = new(1);
        queue.Fill(matrix.PanelCount, panelBytes: 1 << 14);
        CompactGemm.RunPanels(a, matrix, null, 0, y.Pointer, matrix.Columns, queue, 0, scratch.Pointer, default);
        return y.Read();
    }
}
