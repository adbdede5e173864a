using AudioCodec.Entropy;
using AudioCodec.Numerics.Vectors;
using Kernels = AudioCodec.Entropy.ExactKernels<float, AudioCodec.Numerics.Vectors.SimdScalar>;

namespace AudioCodec.Tests.Entropy;

public sealed class ExactMathTests
{
    [Fact]
    public void Exp_WholeRange_IsAccurate()
    {
        for (float x = -86f; x <= 0; x += 0.00137f)
        {
            double expected = Math.Exp(x);
            Assert.InRange(Kernels.Exp(x), expected * (1 - 2.4e-7), expected * (1 + 2.4e-7));
        }

        Assert.Equal(1f, Kernels.Exp(0f));
        Assert.InRange(Kernels.Exp(float.MinValue), 0, 1e-37f);
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(1.0, 0.841344746068543)]
    [InlineData(-1.0, -0.158655253931457)]
    [InlineData(0.5, 0.345731230636)]
    [InlineData(-3.0, -0.004049694)]
    [InlineData(12.0, 12.0)]
    [InlineData(-40.0, 0.0)]
    public void Gelu_KnownValues_AreMet(double x, double expected) =>
        Assert.InRange(Kernels.Gelu((float)x), expected - 1e-6, expected + 1e-6);

    [Fact]
    public void CosSin_PhasesOfLongSequences_AgreeWithTheLibrary()
    {
        for (double x = 0; x < 200000; x = (x * 1.001) + 0.01)
        {
            (double cosine, double sine) = ExactMath.CosSin(x);
            Assert.Equal(Math.Cos(x), cosine, 1e-15);
            Assert.Equal(Math.Sin(x), sine, 1e-15);
        }
    }

    [Fact]
    public void Exp_Double_AgreesWithTheLibrary()
    {
        for (double x = -300; x < 300; x += 0.37)
        {
            Assert.Equal(1, ExactMath.Exp(x) / Math.Exp(x), 1e-14);
        }
    }
}
