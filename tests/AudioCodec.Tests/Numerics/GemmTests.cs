using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

/// <summary>The matrix product against a double-precision oracle.</summary>
public sealed unsafe class GemmTests
{
    private const float Sentinel = 12345.678f;

    public static TheoryData<int, int> Widths()
    {
        TheoryData<int, int> data = new();
        foreach (int columns in new[] { 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 128, 130, 257 })
        {
            foreach (int depth in new[] { 1, 3, 16, 33 })
            {
                data.Add(columns, depth);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Multiply_SmallIntegers_IsExact(int columns, int depth)
    {
        foreach (int rows in new[] { 1, 4, 5, 7, 13, 19, 25, 98 })
        {
            Case product = new(rows, depth, columns, rowStride: Math.Max(1, depth / 2), integers: true);
            float[] actual = product.Multiply();
            for (int i = 0; i < rows * columns; i++)
            {
                Assert.Equal((float)product.Oracle(i / columns, i % columns).Sum, actual[i]);
            }
        }
    }

    [Theory]
    [InlineData(13, 4096, 40)]
    [InlineData(100, 512, 33)]
    [InlineData(25, 224, 1)]
    [InlineData(25, 229, 2)]
    public void Multiply_RandomValues_StaysWithinTheRoundingBound(int rows, int depth, int columns)
    {
        Case product = new(rows, depth, columns, depth, integers: false);
        float[] actual = product.Multiply();
        for (int i = 0; i < rows * columns; i++)
        {
            (double sum, double magnitude) = product.Oracle(i / columns, i % columns);
            double bound = 4 * Math.Pow(2, -24) * Math.Sqrt(depth) * magnitude;
            Assert.InRange(Math.Abs(actual[i] - sum), 0, bound);
        }
    }

    [Theory]
    [InlineData(64, 96)]
    [InlineData(1, 224)]
    [InlineData(47, 33)]
    public void Multiply_AnyRowsTogether_GiveTheSameBits(int columns, int depth)
    {
        Case all = new(60, depth, columns, depth, integers: false);
        float[] whole = all.Multiply();
        for (int first = 0; first < 60; first += 7)
        {
            for (int count = 1; first + count <= 60; count += 5)
            {
                float[] part = all.Multiply(first, count);
                Assert.True(whole.AsSpan(first * columns, count * columns).SequenceEqual(part.AsSpan(0, count * columns)));
            }
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1)]
    public void MultiplyAdd_StartsFromTheInitialMatrix(int columns)
    {
        Case product = new(30, 20, columns, 20, integers: true);
        float[] plain = product.Multiply();
        AlignedArray c = new(30 * columns);
        for (int i = 0; i < c.Length; i++)
        {
            c.Span[i] = i % 5;
        }

        new Executor(1).MultiplyAdd(product.Operand(0, 30), product.B, c.Pointer, columns, c.Pointer, columns);
        for (int i = 0; i < c.Length; i++)
        {
            float bias = product.B.Bias[i % columns];
            Assert.Equal(plain[i] - bias + (i % 5), c.Span[i]);
        }
    }

    [Theory]
    [InlineData(40, 3, 2)]
    [InlineData(9, 8, 4)]
    public void Multiply_DilatedTaps_EqualsGatheredRows(int columns, int channels, int dilation)
    {
        const int Taps = 3;
        Case gathered = new(20, Taps * channels, columns, Taps * channels, integers: true);
        AlignedArray rows = new((20 + (dilation * (Taps - 1))) * channels);
        Random random = new(3);
        foreach (ref float value in rows.Span)
        {
            value = random.Next(-4, 5);
        }

        for (int r = 0; r < 20; r++)
        {
            for (int tap = 0; tap < Taps; tap++)
            {
                rows.Span.Slice((r + (tap * dilation)) * channels, channels)
                    .CopyTo(gathered.A.Span[(((r * Taps) + tap) * channels)..]);
            }
        }

        GemmOperand dilated = new()
        {
            Data = rows.Pointer,
            RowCount = 20,
            RowStride = channels,
            Taps = Taps,
            TapLength = channels,
            TapStride = dilation * channels,
        };
        AlignedArray actual = new(20 * columns);
        Gemm.Multiply(dilated, gathered.B, actual.Pointer, columns);
        Assert.Equal(gathered.Multiply().AsSpan(0, 20 * columns).ToArray(), actual.Span.ToArray());
    }

    [Fact]
    public void SetRow_GivesTheMatrixOfFromColumns()
    {
        foreach (int columns in new[] { 1, 5, 32, 70 })
        {
            Case product = new(13, 11, columns, 11, integers: true);
            PackedMatrix byRow = new(11, columns);
            product.B.Bias.CopyTo(byRow.Bias);
            for (int k = 0; k < 11; k++)
            {
                byRow.SetRow(k, [.. Enumerable.Range(0, columns).Select(n => product.Weights[(n * 11) + k])]);
            }

            AlignedArray actual = new(13 * columns);
            Gemm.Multiply(product.Operand(0, 13), byRow, actual.Pointer, columns);
            Assert.Equal(product.Multiply().AsSpan(0, 13 * columns).ToArray(), actual.Span.ToArray());
        }
    }

    [Fact]
    public void Multiply_DepthsThatDisagree_Throws()
    {
        Case product = new(2, 4, 3, 4, integers: true);
        Assert.Throws<ArgumentException>(() => Gemm.Multiply(product.Operand(0, 2), new PackedMatrix(5, 3), product.A.Pointer, 3));
    }

    private sealed class Case
    {
        private readonly int _rows;
        private readonly int _depth;
        private readonly int _columns;
        private readonly int _rowStride;

        public Case(int rows, int depth, int columns, int rowStride, bool integers)
        {
            (_rows, _depth, _columns, _rowStride) = (rows, depth, columns, rowStride);
            Random random = new(columns + (1000 * depth));
            float Next() => integers ? random.Next(-8, 9) : (2 * random.NextSingle()) - 1;
            A = new AlignedArray(((rows - 1) * rowStride) + depth);
            foreach (ref float value in A.Span)
            {
                value = Next();
            }

            Weights = [.. Enumerable.Range(0, columns * depth).Select(_ => Next())];
            B = PackedMatrix.FromColumns(Weights, depth);
            for (int n = 0; n < columns; n++)
            {
                B.Bias[n] = Next();
            }
        }

        public AlignedArray A { get; }

        public float[] Weights { get; }

        public PackedMatrix B { get; }

        public GemmOperand Operand(int first, int count) => new()
        {
            Data = A.Pointer + (first * _rowStride),
            RowCount = count,
            RowStride = _rowStride,
            Taps = 1,
            TapLength = _depth,
        };

        public float[] Multiply() => Multiply(0, _rows);

        /// <summary>The product, written between sentinels that must survive.</summary>
        public float[] Multiply(int first, int count)
        {
            const int Guard = 64;
            AlignedArray c = new((count * _columns) + (2 * Guard));
            c.Span.Fill(Sentinel);
            Gemm.Multiply(Operand(first, count), B, c.Pointer + Guard, _columns);
            Assert.Equal(-1, c.Span[..Guard].IndexOfAnyExcept(Sentinel));
            Assert.Equal(-1, c.Span[(Guard + (count * _columns))..].IndexOfAnyExcept(Sentinel));
            return c.Span.Slice(Guard, count * _columns).ToArray();
        }

        public (double Sum, double Magnitude) Oracle(int row, int column)
        {
            double sum = B.Bias[column];
            double magnitude = Math.Abs(sum);
            for (int k = 0; k < _depth; k++)
            {
                double product = (double)A.Span[(row * _rowStride) + k] * Weights[(column * _depth) + k];
                sum += product;
                magnitude += Math.Abs(product);
            }

            return (sum, magnitude);
        }
    }
}
