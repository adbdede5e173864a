using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Tests.Numerics.Transformer;

public sealed unsafe class LinearTests
{
    private static readonly Executor s_alone = new(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(25)]
    public void Apply_SmallIntegers_IsExact(int rows)
    {
        foreach (int inputs in new[] { 1, 3, 16, 33, 64 })
        {
            foreach (int outputs in new[] { 1, 4, 15, 16, 31, 32, 33, 130, 257 })
            {
                Case linear = new(inputs, outputs, stride: inputs + 3, rows, integers: true);
                float[] actual = linear.Apply(s_alone, rows);
                for (int i = 0; i < actual.Length; i++)
                {
                    Assert.Equal((float)linear.Oracle(i / outputs, i % outputs).Sum, actual[i]);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(14)]
    public void Apply_RandomValues_StaysWithinTheRoundingBound(int rows)
    {
        Case linear = new(1024, 70, stride: 1024, rows, integers: false);
        float[] actual = linear.Apply(s_alone, rows);
        for (int i = 0; i < actual.Length; i++)
        {
            (double sum, double magnitude) = linear.Oracle(i / 70, i % 70);
            Assert.InRange(Math.Abs(actual[i] - sum), 0, 4 * Math.Pow(2, -24) * Math.Sqrt(1024) * magnitude);
        }
    }

    [Fact]
    public void Apply_RowsTogetherOrAloneOnOneThreadOrTwo_GivesTheSameBits()
    {
        Case linear = new(200, 300, stride: 200, rows: 40, integers: false);
        float[] whole = linear.Apply(s_alone, 40);
        foreach (int threads in new[] { 1, 2 })
        {
            Executor executor = new(threads);
            foreach (int rows in new[] { 1, 2, 3, 5, 7, 40 })
            {
                float[] part = linear.Apply(executor, rows);
                Assert.True(whole.AsSpan(0, part.Length).SequenceEqual(part), $"{rows} rows on {threads} threads");
            }
        }
    }

    [Theory]
    [InlineData(WeightFormat.F32)]
    [InlineData(WeightFormat.F16)]
    [InlineData(WeightFormat.BF16)]
    [InlineData(WeightFormat.I8)]
    public void ApplyNormed_AnyRowsAndThreads_GivesTheBitsOfNormProductAndGelu(WeightFormat format)
    {
        const int Inputs = 72, Outputs = 1070;
        Linear linear = new(GuardedArray.Random(Outputs * Inputs, 1), GuardedArray.Random(Outputs, 2), Inputs, format);
        LayerNorm norm = new(GuardedArray.Random(Inputs, 3), GuardedArray.Random(Inputs, 4), 1e-5f);
        foreach (int rows in new[] { 1, 2, 5, 8, 9, 30 })
        {
            GuardedArray x = new(GuardedArray.Random(rows * Inputs, 5)), normed = new(rows * Inputs), scratch = new(rows * Inputs);
            GuardedArray expected = new(rows * Outputs), actual = new(rows * Outputs);
            norm.Apply(x.Pointer, rows, normed.Pointer);
            linear.Apply(s_alone, normed.Pointer, Inputs, rows, expected.Pointer);
            foreach (int threads in new[] { 1, 2 })
            {
                linear.ApplyNormed(new Executor(threads), norm, x.Pointer, rows, scratch.Pointer, actual.Pointer);
                Assert.Equal(expected.Read(), actual.Read());
            }

            Activation.Apply<Gelu>(expected.Pointer, expected.Pointer, rows * Outputs);
            linear.ApplyNormed(new Executor(2), norm, x.Pointer, rows, scratch.Pointer, actual.Pointer, gelu: true);
            Assert.Equal(expected.Read(), actual.Read());
        }
    }

    /// <summary>Weights that the format holds exactly: integers; for int8 every output has a largest one of 127.</summary>
    [Theory]
    [InlineData(WeightFormat.F16)]
    [InlineData(WeightFormat.BF16)]
    [InlineData(WeightFormat.I8)]
    public void Apply_SmallIntegersInACompactFormat_IsExact(WeightFormat format)
    {
        foreach (int rows in new[] { 1, 2, 3, 4, 5, 6, 13, 110 })
        {
            foreach ((int inputs, int outputs) in new[] { (1, 1), (3, 130), (16, 64), (33, 15), (64, 257), (20, 100) })
            {
                Case linear = new(inputs, outputs, stride: inputs + 3, rows, integers: true, format);
                float[] actual = linear.Apply(s_alone, rows);
                for (int i = 0; i < actual.Length; i++)
                {
                    Assert.Equal((float)linear.Oracle(i / outputs, i % outputs).Sum, actual[i]);
                }
            }
        }
    }

    [Theory]
    [InlineData(WeightFormat.F16)]
    [InlineData(WeightFormat.BF16)]
    [InlineData(WeightFormat.I8)]
    public void Apply_CompactRowsTogetherOrAloneOnOneThreadOrTwo_GivesTheSameBits(WeightFormat format)
    {
        Case linear = new(200, 300, stride: 200, rows: 120, integers: false, format);
        float[] whole = linear.Apply(s_alone, 120);
        foreach (int threads in new[] { 1, 2 })
        {
            Executor executor = new(threads);
            foreach (int rows in new[] { 1, 2, 3, 4, 5, 6, 7, 40, 120 })
            {
                float[] part = linear.Apply(executor, rows);
                Assert.True(whole.AsSpan(0, part.Length).SequenceEqual(part), $"{rows} rows on {threads} threads");
            }
        }
    }

    [Theory]
    [InlineData(WeightFormat.F16)]
    [InlineData(WeightFormat.BF16)]
    [InlineData(WeightFormat.I8)]
    public void AddTo_InACompactFormat_AddsToWhatIsThere(WeightFormat format)
    {
        foreach (int rows in new[] { 1, 2, 5, 9 })
        {
            float[] weight = GuardedArray.Integers(70 * 20, 1);
            Linear linear = new(weight, [], 20, format);
            GuardedArray x = new(GuardedArray.Integers(rows * 20, 2));
            float[] before = GuardedArray.Random(rows * 70, 3);
            GuardedArray y = new(before);
            GuardedArray plain = new(rows * 70);
            linear.Apply(s_alone, x.Pointer, 20, rows, plain.Pointer);
            linear.AddTo(s_alone, x.Pointer, rows, y.Pointer);
            foreach ((float expected, float actual) in before.Zip(plain.Read(), (a, b) => a + b).Zip(y.Read()))
            {
                Assert.InRange(Math.Abs(expected - actual), 0, 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(WeightFormat.F16)]
    [InlineData(WeightFormat.I8)]
    public void Apply_CompactAgain_AllocatesNothing(WeightFormat format)
    {
        Executor executor = new(2);
        Case linear = new(128, 512, stride: 128, rows: 8, integers: true, format);
        GuardedArray y = new(8 * 512);
        SteadyState.AssertAllocatesNothing(() =>
        {
            linear.Layer.Apply(executor, linear.X.Pointer, 128, 8, y.Pointer);
            linear.Layer.Apply(executor, linear.X.Pointer, 128, 2, y.Pointer);
        });
    }

    [Fact]
    public void Apply_WithoutBias_StartsFromZero()
    {
        Linear linear = new([1f, 2f, 3f, 4f, 5f, 6f], [], inputs: 2);
        GuardedArray x = new([10f, 1f]);
        GuardedArray y = new(3);
        linear.Apply(s_alone, x.Pointer, 2, 1, y.Pointer);
        Assert.Equal([12f, 34f, 56f], y.Read());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void AddTo_SmallIntegers_AddsToWhatIsThere(int rows)
    {
        foreach (int outputs in new[] { 2, 33, 70 })
        {
            float[] weight = GuardedArray.Integers(outputs * 20, 1);
            Linear linear = new(weight, [], 20);
            GuardedArray x = new(GuardedArray.Integers(rows * 20, 2));
            float[] before = GuardedArray.Integers(rows * outputs, 3);
            GuardedArray y = new(before);
            GuardedArray plain = new(rows * outputs);
            linear.Apply(s_alone, x.Pointer, 20, rows, plain.Pointer);
            linear.AddTo(s_alone, x.Pointer, rows, y.Pointer);
            Assert.Equal(before.Zip(plain.Read(), (a, b) => a + b), y.Read());
        }
    }

    [Fact]
    public void AddTo_LayerWithBias_Throws()
    {
        Linear linear = new(new float[6], new float[3], 2);
        GuardedArray x = new(2);
        GuardedArray y = new(3);
        Assert.Throws<InvalidOperationException>(() => linear.AddTo(s_alone, x.Pointer, 1, y.Pointer));
    }

    [Fact]
    public void Constructor_LengthsThatDisagree_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(new float[7], [], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(new float[6], new float[2], 2));
    }

    [Fact]
    public void Apply_Again_AllocatesNothing()
    {
        Executor executor = new(2);
        Case linear = new(128, 512, stride: 128, rows: 8, integers: true);
        GuardedArray y = new(8 * 512);
        SteadyState.AssertAllocatesNothing(() =>
        {
            linear.Layer.Apply(executor, linear.X.Pointer, 128, 8, y.Pointer);
            linear.Layer.Apply(executor, linear.X.Pointer, 128, 1, y.Pointer);
        });
    }

    private sealed class Case
    {
        private readonly float[] _weight;
        private readonly float[] _bias;
        private readonly int _stride;

        public Case(int inputs, int outputs, int stride, int rows, bool integers, WeightFormat format = WeightFormat.F32)
        {
            _stride = stride;
            _weight = integers ? GuardedArray.Integers(outputs * inputs, 1) : GuardedArray.Random(outputs * inputs, 1);
            _bias = integers ? GuardedArray.Integers(outputs, 2) : GuardedArray.Random(outputs, 2);
            X = new GuardedArray(integers ? GuardedArray.Integers(rows * stride, 3) : GuardedArray.Random(rows * stride, 3));
            for (int output = 0; format == WeightFormat.I8 && integers && output < outputs; output++)
            {
                _weight[output * inputs] = 127f;
            }

            Layer = new Linear(_weight, _bias, inputs, format);
        }

        public Linear Layer { get; }

        public GuardedArray X { get; }

        public float[] Apply(Executor executor, int rows)
        {
            GuardedArray y = new(rows * Layer.Outputs);
            Layer.Apply(executor, X.Pointer, _stride, rows, y.Pointer);
            return y.Read();
        }

        public (double Sum, double Magnitude) Oracle(int row, int output)
        {
            double sum = _bias[output];
            double magnitude = Math.Abs(sum);
            for (int k = 0; k < Layer.Inputs; k++)
            {
                double product = (double)X.Span[(row * _stride) + k] * _weight[(output * Layer.Inputs) + k];
                sum += product;
                magnitude += Math.Abs(product);
            }

            return (sum, magnitude);
        }
    }
}
