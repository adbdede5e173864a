using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

/// <summary>Normalization over channels and time against double precision.</summary>
public sealed unsafe class GroupNormTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(700, 32)]
    [InlineData(9, 512)]
    [InlineData(3, 5000)]
    public void Apply_RandomRows_EqualsTheDefinition(int count, int channels)
    {
        Random random = new(count);
        AlignedArray rows = new(count * channels);
        foreach (ref float value in rows.Span)
        {
            value = (3 * random.NextSingle()) + 1;
        }

        float[] gain = [.. Enumerable.Range(0, channels).Select(_ => random.NextSingle() + 0.5f)];
        float[] offset = [.. Enumerable.Range(0, channels).Select(_ => random.NextSingle())];
        float[] before = rows.Span.ToArray();
        double mean = before.Average(v => (double)v);
        double deviation = Math.Sqrt(before.Average(v => ((double)v - mean) * (v - mean)) + 1e-5);
        GroupNorm norm = new();
        norm.Begin(before.Length);
        int half = before.Length / 2;
        norm.Add(ElementSums.Of(rows.Pointer, half));
        norm.Add(ElementSums.Of(rows.Pointer + half, before.Length - half));
        norm.End(gain, offset);
        new Executor(1).Finish(rows.Pointer, count, channels, new Unfinished { Norm = norm }, keep: true, null);
        for (int i = 0; i < before.Length; i++)
        {
            double expected = ((before[i] - mean) / deviation * gain[i % channels]) + offset[i % channels];

            // x * scale + shift, with the mean inside the shift: a few roundings of terms of this size.
            double size = (Math.Abs(before[i]) + Math.Abs(mean)) / deviation * gain[i % channels];
            Assert.InRange(Math.Abs(rows.Span[i] - expected), 0, (4 * size * Math.Pow(2, -24)) + 5e-6);
        }
    }
}
