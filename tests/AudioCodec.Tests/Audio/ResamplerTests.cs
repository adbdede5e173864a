using System.Numerics;
using AudioCodec.Audio;
using FsCheck;
using FsCheck.Fluent;

namespace AudioCodec.Tests.Audio;

public sealed class ResamplerTests
{
    private static readonly Gen<int> s_rates = Gen.OneOf(Gen.Elements(8000, 11025, 16000, 22050, 24000, 44100, 48000, 96000), Gen.Choose(4000, 192_000));

    private static readonly Gen<(int SourceHz, int TargetHz, int Channels, int Length, int Seed)> s_streams =
        from sourceHz in s_rates
        from targetHz in s_rates
        from channels in Gen.Choose(1, 3)
        from length in Gen.Choose(0, 3000)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select (sourceHz, targetHz, channels, length, seed);

    public static TheoryData<int, int> RatePairs => new()
    {
        { 44100, 24000 },
        { 24000, 44100 },
        { 48000, 24000 },
        { 24000, 48000 },
        { 8000, 24000 },
        { 192000, 24000 },
        { 11025, 48000 },
        { 96000, 44100 },
        { 44101, 48000 },
        { 48000, 44101 },
        { 192001, 24000 },
    };

    [Theory]
    [MemberData(nameof(RatePairs))]
    public void Process_SinesAcrossTheBand_PassFlatWithoutImagesOrAliases(int sourceRateHz, int targetRateHz)
    {
        double nyquistHz = Math.Min(sourceRateHz, targetRateHz) / 2.0;
        double[] passBand = [0.003, 0.05, 0.21, 0.37, 0.5, 0.63, 0.75, 0.82, 0.87, 0.9];
        double[] transition = [0.93, 0.96, 0.985];
        double[] stopBand = [1.001, 1.01, 1.05, 1.3, 1.77, 2.5, 3.9, 6.1, 7.97];

        foreach (double part in passBand.Concat(transition))
        {
            (double gainDb, double restDb) = Measure(sourceRateHz, targetRateHz, part * nyquistHz);
            if (part <= 0.9)
            {
                Assert.True(Math.Abs(gainDb) < 0.1, $"gain {gainDb:F3} dB at {part} of Nyquist");
            }

            Assert.True(restDb < -90, $"{restDb:F1} dB beside the sine at {part} of Nyquist");
        }

        foreach (double part in stopBand.Where(part => part * nyquistHz < sourceRateHz / 2.0))
        {
            double levelDb = TotalDb(sourceRateHz, targetRateHz, part * nyquistHz);
            Assert.True(levelDb < -90, $"{levelDb:F1} dB from a sine at {part} of Nyquist");
        }
    }

    [Theory]
    [InlineData(44100, 24000)]
    [InlineData(44101, 48000)]
    [InlineData(8000, 48000)]
    public void Process_SampleBySample_GivesTheSameBits(int sourceRateHz, int targetRateHz)
    {
        float[] input = WavWriterTests.Noise(2 * 5003, seed: 3);
        Assert.Equal(Run(input, 2, sourceRateHz, targetRateHz, _ => int.MaxValue), Run(input, 2, sourceRateHz, targetRateHz, _ => 1));
    }

    [Fact]
    public void Process_AnyRatesAndChunks_GivesTheSameBitsAndTheCeilingOfTheRatio() => Law.Holds(s_streams, cases: 30, stream =>
    {
        float[] input = WavWriterTests.Noise(stream.Length * stream.Channels, stream.Seed);
        var random = new Random(stream.Seed);
        float[] whole = Run(input, stream.Channels, stream.SourceHz, stream.TargetHz, _ => int.MaxValue);
        Assert.Equal(whole, Run(input, stream.Channels, stream.SourceHz, stream.TargetHz, _ => random.Next(1, 700)));
        Assert.Equal((((long)stream.Length * stream.TargetHz) + stream.SourceHz - 1) / stream.SourceHz, whole.Length / stream.Channels);
    });

    /// <summary>The output of a sum is the sum of the outputs, and a delay by a whole number of samples at both rates stays one, bit for bit.</summary>
    [Fact]
    public void Process_SumsAndDelays_GoThrough() => Law.Holds(s_streams, cases: 30, stream =>
    {
        float[] Resampled(float[] input) => Run(input, 1, stream.SourceHz, stream.TargetHz, _ => int.MaxValue);
        float[] a = WavWriterTests.Noise(stream.Length, stream.Seed);
        float[] b = WavWriterTests.Noise(stream.Length, stream.Seed + 1);
        float[] sum = Resampled([.. a.Zip(b, (x, y) => x + y)]);
        float[] sums = [.. Resampled(a).Zip(Resampled(b), (x, y) => x + y)];
        Assert.All(sum.Zip(sums), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        int divisor = (int)BigInteger.GreatestCommonDivisor(stream.SourceHz, stream.TargetHz);
        int delay = stream.SourceHz / divisor;
        if (delay < 5000)
        {
            float[] delayed = Resampled([.. new float[delay], .. a]);
            Assert.Equal(Resampled(a), delayed[(stream.TargetHz / divisor)..]);
        }
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(10001)]
    public void Flush_AnyLength_GivesCeilingOfTheRatio(int samples)
    {
        foreach ((int sourceRateHz, int targetRateHz) in new[] { (44100, 24000), (24000, 44100), (8000, 192000), (192000, 8000), (44101, 48000) })
        {
            float[] output = Run(WavWriterTests.Noise(samples, seed: 5), 1, sourceRateHz, targetRateHz, _ => 100);

            Assert.Equal((int)Math.Ceiling((double)samples * targetRateHz / sourceRateHz), output.Length);
            Assert.Equal(output.Length, Resampler.OutputLength(samples, sourceRateHz, targetRateHz));
        }
    }

    [Fact]
    public void Process_Impulse_KeepsItsTime()
    {
        var input = new float[1000];
        input[441] = 1;

        float[] output = Run(input, 1, 44100, 24000, _ => 64);

        Assert.Equal(240, Array.IndexOf(output, output.Max()));
        Assert.All(Enumerable.Range(1, 200), i => Assert.Equal(output[240 - i], output[240 + i], 6));
    }

    [Fact]
    public void Process_ConstantSignal_StaysConstant()
    {
        var input = new float[4000];
        Array.Fill(input, 0.25f);

        float[] output = Run(input, 1, 44101, 48000, _ => 500);

        Assert.All(output[200..^200], sample => Assert.Equal(0.25f, sample, 6));
    }

    [Fact]
    public void Process_SteadyState_AllocatesNothing()
    {
        var resampler = new Resampler(44100, 24000, 2);
        var input = new float[2 * 500];
        var output = new float[2 * resampler.MaxOutput(500)];
        resampler.Process(input, output);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            resampler.Process(input, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Reset_SecondStream_EqualsTheFirst()
    {
        var resampler = new Resampler(22050, 24000, 1);
        float[] input = WavWriterTests.Noise(3000, seed: 6);
        var first = new float[resampler.MaxOutput(3000)];
        var second = new float[resampler.MaxOutput(3000)];

        int written = resampler.Process(input, first);
        resampler.Flush(new float[resampler.MaxFlushOutput]);
        resampler.Reset();

        Assert.Equal(written, resampler.Process(input, second));
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(44101, 48000)]
    [InlineData(15999999, 24000)]
    [InlineData(191999, 192000)]
    [InlineData(24000, 15999999)]
    public void Filter_OddRatePairs_KeepsItsTableSmall(int sourceRateHz, int targetRateHz)
    {
        var filter = new ResamplingFilter(sourceRateHz, targetRateHz);

        Assert.InRange(filter.Rows * filter.Taps, 1, 400_000);
    }

    [Fact]
    public void Constructor_AbsurdRatio_IsRefused() => Assert.Throws<ArgumentException>(() => new Resampler(1, 48000, 1));

    private static float[] Run(float[] input, int channels, int sourceRateHz, int targetRateHz, Func<int, int> chunkSamples)
    {
        var resampler = new Resampler(sourceRateHz, targetRateHz, channels);
        var output = new List<float>();
        for (int at = 0; at < input.Length;)
        {
            int samples = Math.Min(chunkSamples(at), (input.Length - at) / channels);
            var part = new float[resampler.MaxOutput(samples) * channels];
            int written = resampler.Process(input.AsSpan(at, samples * channels), part);
            output.AddRange(part.AsSpan(0, written * channels));
            at += samples * channels;
        }

        var rest = new float[resampler.MaxFlushOutput * channels];
        output.AddRange(rest.AsSpan(0, resampler.Flush(rest) * channels));
        return [.. output];
    }

    /// <summary>Gain of a sine, and what else comes out, relative to it.</summary>
    private static (double GainDb, double RestDb) Measure(int sourceRateHz, int targetRateHz, double frequencyHz)
    {
        (float[] output, int first) = Settled(sourceRateHz, targetRateHz, frequencyHz);
        double step = 2 * Math.PI * frequencyHz / targetRateHz;

        // Least squares of a cos + b sin over the settled part, by the 2 x 2 normal equations.
        double cc = 0, cs = 0, ss = 0, yc = 0, ys = 0;
        for (int n = 0; n < output.Length; n++)
        {
            (double sin, double cos) = Math.SinCos(step * (n + first));
            cc += cos * cos;
            cs += cos * sin;
            ss += sin * sin;
            yc += output[n] * cos;
            ys += output[n] * sin;
        }

        double determinant = (cc * ss) - (cs * cs);
        double a = ((yc * ss) - (ys * cs)) / determinant;
        double b = ((ys * cc) - (yc * cs)) / determinant;
        double rest = 0;
        for (int n = 0; n < output.Length; n++)
        {
            (double sin, double cos) = Math.SinCos(step * (n + first));
            double difference = output[n] - (a * cos) - (b * sin);
            rest += difference * difference;
        }

        double amplitude = Math.Sqrt((a * a) + (b * b));
        return (20 * Math.Log10(amplitude), 10 * Math.Log10((2 * rest / output.Length) + 1e-30));
    }

    private static double TotalDb(int sourceRateHz, int targetRateHz, double frequencyHz)
    {
        (float[] output, _) = Settled(sourceRateHz, targetRateHz, frequencyHz);
        return 10 * Math.Log10((2 * output.Sum(sample => (double)sample * sample) / output.Length) + 1e-30);
    }

    /// <summary>The output for a sine of amplitude 1, without the ends where it is switched on and off.</summary>
    private static (float[] Output, int First) Settled(int sourceRateHz, int targetRateHz, double frequencyHz)
    {
        double seconds = 500.0 / Math.Min(sourceRateHz, targetRateHz);
        var input = new float[(int)(seconds * sourceRateHz)];
        for (int n = 0; n < input.Length; n++)
        {
            input[n] = (float)Math.Sin(2 * Math.PI * frequencyHz / sourceRateHz * n);
        }

        float[] output = Run(input, 1, sourceRateHz, targetRateHz, _ => int.MaxValue);
        int edge = (int)(output.Length * 0.17);
        return (output[edge..^edge], edge);
    }
}
