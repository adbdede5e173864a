using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

public class FftTests
{
    public static TheoryData<int> Sizes => [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Forward_RandomSignal_EqualsDirectSum(int size)
    {
        float[] x = Noise(size, seed: size);
        var fft = new Fft(size);
        var re = new float[fft.Bins];
        var im = new float[fft.Bins];
        fft.Forward(x, re, im, new float[fft.ScratchLength]);

        double tolerance = 4e-7 * Math.Log2(size) * Math.Sqrt(size);
        for (int k = 0; k < fft.Bins; k++)
        {
            double sumRe = 0, sumIm = 0;
            for (int n = 0; n < size; n++)
            {
                (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((long)k * n % size) / size);
                sumRe += x[n] * cos;
                sumIm += x[n] * sin;
            }

            Assert.Equal(sumRe, re[k], tolerance);
            Assert.Equal(sumIm, im[k], tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Inverse_OfForward_GivesTheSignalBack(int size)
    {
        float[] x = Noise(size, seed: size + 1);
        var fft = new Fft(size);
        var re = new float[fft.Bins];
        var im = new float[fft.Bins];
        var back = new float[size];
        var scratch = new float[fft.ScratchLength];
        fft.Forward(x, re, im, scratch);
        fft.Inverse(re, im, back, scratch);
        Assert.All(Enumerable.Range(0, size), i => Assert.Equal(x[i], back[i], 2e-6f));
    }

    [Fact]
    public void Forward_LongRandomSignal_KeepsItsEnergy()
    {
        const int Size = 1 << 18;
        float[] x = Noise(Size, seed: 3);
        var fft = new Fft(Size);
        var re = new float[fft.Bins];
        var im = new float[fft.Bins];
        fft.Forward(x, re, im, new float[fft.ScratchLength]);

        double time = x.Sum(v => (double)v * v);
        double frequency = 0;
        for (int k = 0; k < fft.Bins; k++)
        {
            double power = ((double)re[k] * re[k]) + ((double)im[k] * im[k]);
            frequency += k == 0 || k == fft.Bins - 1 ? power : 2 * power;
        }

        Assert.Equal(time, frequency / Size, time * 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(-8)]
    public void Constructor_NotAPowerOfTwo_Throws(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Fft(size));

    [Fact]
    public void Forward_ShortScratch_Throws()
    {
        var fft = new Fft(8);
        Assert.Throws<ArgumentException>(() => fft.Forward(new float[8], new float[5], new float[5], new float[15]));
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
