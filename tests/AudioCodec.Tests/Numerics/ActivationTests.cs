using AudioCodec.Numerics;

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
    public void Elu_AnyLength_GivesTheSameBitsAndTouchesNothingElse()
    {
        const int Longest = 131;
        AlignedArray values = new(Longest);
        Random random = new(4);
        foreach (ref float value in values.Span)
        {
            value = (4 * random.NextSingle()) - 3;
        }

        AlignedArray whole = new(Longest);
        Activation.Apply<Elu>(values.Pointer, whole.Pointer, Longest);
        for (int count = 0; count <= Longest; count++)
        {
            AlignedArray part = new(Longest + 1);
            part.Span.Fill(77f);
            Activation.Apply<Elu>(values.Pointer, part.Pointer, count);
            Assert.True(whole.Span[..count].SequenceEqual(part.Span[..count]));
            Assert.Equal(-1, part.Span[count..].IndexOfAnyExcept(77f));
        }
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
        LstmKernel.Step(recurrent, gates.Pointer, previous.Pointer, cell.Pointer, hidden.Pointer, 0, recurrent.Blocks);
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
}
