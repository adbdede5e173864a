using AudioCodec.Numerics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Tests.Numerics;

/// <summary>Activations and the LSTM step against double precision.</summary>
public sealed unsafe class ActivationTests
{
    [Fact]
    public void Elu_OverItsRange_IsWithinItsBound()
    {
        const int Count = 20001;
        AlignedArray values = new(Count);
        for (int i = 0; i < Count; i++)
        {
            values.Span[i] = (i - 15000) * 0.001f;
        }

        AlignedArray result = new(Count);
        Activation.Apply<Elu>(values.Pointer, result.Pointer, Count);
        for (int i = 0; i < Count; i++)
        {
            double x = values.Span[i];
            double expected = x > 0 ? x : Math.Exp(x) - 1;
            Assert.InRange(Math.Abs(result.Span[i] - expected), 0, 2e-7 * Math.Max(Math.Abs(expected), 1e-3));
        }
    }

    [Fact]
    public void Elu_SpecialValues_AreKept()
    {
        AlignedArray values = new(6);
        ((float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, -1e30f]).CopyTo(values.Span);
        Activation.Apply<Elu>(values.Pointer, values.Pointer, 6);
        Assert.Equal([float.NaN, float.PositiveInfinity, -1f, 0f, 0f, -1f], values.Span.ToArray());
    }

    [Fact]
    public void Gelu_OverItsRange_IsWithinItsBound()
    {
        for (int i = -16000; i <= 16000; i += 3)
        {
            float x = i * 0.001f;
            AssertNear(x * (1 - (0.5 * Erfc(x / Math.Sqrt(2)))), One<Gelu>(x));
        }
    }

    [Fact]
    public void TanhGelu_OverItsRange_IsWithinItsBound()
    {
        for (int i = -16000; i <= 16000; i += 3)
        {
            float x = i * 0.001f;
            double u = Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x));
            AssertNear(0.5 * x * (1 + Math.Tanh(u)), One<TanhGelu>(x));
        }
    }

    [Fact]
    public void Gelu_SpecialValues_AreKept()
    {
        Assert.Equal([float.NaN, float.PositiveInfinity, 0f, 1e30f, 0f], [
            One<Gelu>(float.NaN), One<Gelu>(float.PositiveInfinity), One<Gelu>(0f), One<Gelu>(1e30f), One<Gelu>(-1e30f)]);
        Assert.Equal([float.NaN, float.PositiveInfinity, 0f, 1e30f], [
            One<TanhGelu>(float.NaN), One<TanhGelu>(float.PositiveInfinity), One<TanhGelu>(0f), One<TanhGelu>(1e30f)]);
    }

    [Fact]
    public void Apply_AnyLength_GivesTheSameBitsAndTouchesNothingElse()
    {
        AssertAnyLength<Elu>();
        AssertAnyLength<Gelu>();
        AssertAnyLength<TanhGelu>();
    }

    [Fact]
    public void Activate_OnTwoThreads_GivesTheSameBits()
    {
        const int Count = 100_001;
        GuardedArray values = new(GuardedArray.Random(Count, 1));
        GuardedArray alone = new(Count);
        GuardedArray shared = new(Count);
        Activation.Apply<Gelu>(values.Pointer, alone.Pointer, Count);
        new Executor(2).Activate<Gelu>(values.Pointer, shared.Pointer, Count);
        Assert.Equal(alone.Read(), shared.Read());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(64)]
    public void LstmStep_AgainstDoublePrecision_IsClose(int units)
    {
        Random random = new(units);
        float Next(float scale) => scale * ((2 * random.NextSingle()) - 1);
        float[] weights = [.. Enumerable.Range(0, 4 * units * units).Select(_ => Next(0.3f))];
        RecurrentMatrix recurrent = new(weights, units);
        int lanes = Simd.Lanes;
        AlignedArray gates = new(recurrent.Blocks * 4 * lanes);
        AlignedArray previous = new(recurrent.Blocks * lanes);
        AlignedArray cell = new(recurrent.Blocks * lanes);
        AlignedArray hidden = new(recurrent.Blocks * lanes);
        for (int unit = 0; unit < units; unit++)
        {
            previous.Span[unit] = Next(1);
            cell.Span[unit] = Next(2);
        }

        foreach (ref float gate in gates.Span)
        {
            gate = Next(3);
        }

        float[] before = cell.Span.ToArray();
        var otherCell = AlignedArray.CopyOf(cell.Span);
        AlignedArray otherHidden = new(hidden.Length);
        LstmKernel.Step(recurrent, gates.Pointer, previous.Pointer, cell.Pointer, hidden.Pointer, backward: false);
        LstmKernel.Step(recurrent, gates.Pointer, previous.Pointer, otherCell.Pointer, otherHidden.Pointer, backward: true);
        Assert.Equal(cell.Span.ToArray(), otherCell.Span.ToArray());
        Assert.Equal(hidden.Span.ToArray(), otherHidden.Span.ToArray());
        for (int unit = 0; unit < units; unit++)
        {
            double[] pre = new double[4];
            for (int gate = 0; gate < 4; gate++)
            {
                pre[gate] = gates.Span[(((unit / lanes * 4) + gate) * lanes) + (unit % lanes)];
                for (int k = 0; k < units; k++)
                {
                    pre[gate] += (double)weights[(((gate * units) + unit) * units) + k] * previous.Span[k];
                }
            }

            static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
            double expected = (Sigmoid(pre[1]) * before[unit]) + (Sigmoid(pre[0]) * Math.Tanh(pre[2]));

            // Sixteen-bit weights: half a step of 0.3 / 32767 each, over `units` products with |h| <= 1, at worst.
            double bound = 1e-6 + (units * 0.5 * 0.3 / 32767);
            Assert.InRange(Math.Abs(cell.Span[unit] - expected), 0, bound);
            Assert.InRange(Math.Abs(hidden.Span[unit] - (Sigmoid(pre[3]) * Math.Tanh(expected))), 0, bound);
        }
    }

    private static void AssertAnyLength<TActivation>()
        where TActivation : struct, IActivation
    {
        const int Longest = 131;
        GuardedArray values = new([.. GuardedArray.Random(Longest, 4).Select(v => (2 * v) - 1)]);
        GuardedArray whole = new(Longest);
        Activation.Apply<TActivation>(values.Pointer, whole.Pointer, Longest);
        for (int count = 0; count <= Longest; count++)
        {
            GuardedArray part = new(count);
            Activation.Apply<TActivation>(values.Pointer, part.Pointer, count);
            Assert.True(whole.Span[..count].SequenceEqual(part.Read()));
        }
    }

    private static float One<TActivation>(float x)
        where TActivation : struct, IActivation
    {
        float result;
        Activation.Apply<TActivation>(&x, &result, 1);
        return result;
    }

    private static void AssertNear(double expected, float actual) =>
        Assert.InRange(Math.Abs(actual - expected), 0, 2e-7 * Math.Max(1, Math.Abs(expected)));

    /// <summary>2 / sqrt(pi) times the integral of exp(-t^2) from x to infinity: a series near zero, a continued fraction elsewhere.</summary>
    private static double Erfc(double x)
    {
        if (x < 0)
        {
            return 2 - Erfc(-x);
        }

        if (x < 2.5)
        {
            double term = x, sum = x;
            for (int n = 1; Math.Abs(term) > 1e-18; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }

        double fraction = x;
        for (int n = 120; n >= 1; n--)
        {
            fraction = x + (n / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / (fraction * Math.Sqrt(Math.PI));
    }
}
