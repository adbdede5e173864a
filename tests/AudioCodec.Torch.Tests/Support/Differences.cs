using AudioCodec.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.TestSupport;

/// <summary>Compares gradients with central differences in double precision.</summary>
internal static class Differences
{
    private const double Step = 1e-6;
    private const double SmallStep = 1e-8;

    /// <summary>
    /// Asserts that a gradient agrees with differences at positions drawn at random, to a share of its largest element and the rounding of the two
    /// values of a difference: one unit in the last place of each.
    /// </summary>
    /// <param name="value">The function of <paramref name="input"/>; one number.</param>
    /// <param name="input">A float64 leaf, changed in place and restored.</param>
    /// <param name="gradient">What libtorch found.</param>
    /// <param name="positions">How many elements are looked at.</param>
    /// <param name="relative">Allowed share of the largest element.</param>
    /// <param name="kinks">Whether a great many bends of the function lie near, so that only a small step stays between them.</param>
    public static void AssertGradient(Func<double> value, Tensor input, Tensor gradient, int positions = 40, double relative = 1e-5, bool kinks = false)
    {
        double[] analytic = gradient.cpu().contiguous().data<double>().ToArray();
        double largest = analytic.Max(Math.Abs);
        double step = kinks ? SmallStep : Step;
        double rounding = UnitInTheLastPlace(value()) / step;
        Assert.True(largest > 1e-9, "the gradient is zero");
        var random = new SplitMix(7);
        for (int i = 0; i < positions; i++)
        {
            long at = random.NextInt64(analytic.Length);
            double numeric = At(value, input, at, step);
            Assert.True(Math.Abs(numeric - analytic[at]) <= (relative * largest) + rounding, $"element {at}: {analytic[at]} against {numeric}; the largest is {largest}");
        }
    }

    /// <summary>Asserts that the gradient of <paramref name="f"/> at a leaf agrees with differences.</summary>
    public static void AssertGradient(Func<Tensor, Tensor> f, Tensor leaf, int positions = 40, double relative = 1e-5)
    {
        Tensor gradient = autograd.grad([f(leaf)], [leaf])[0];
        AssertGradient(() => f(leaf).item<double>(), leaf, gradient, positions, relative);
    }

    /// <summary>The derivative for one element.</summary>
    public static double At(Func<double> value, Tensor input, long element, double step = Step)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable silent = no_grad();
        using TorchSharp.Utils.TensorAccessor<double> data = input.detach().view(-1).data<double>();
        double before = data[element];
        data[element] = before + step;
        double up = value();
        data[element] = before - step;
        double down = value();
        data[element] = before;
        return (up - down) / (2 * step);
    }

    private static double UnitInTheLastPlace(double value) => Math.BitIncrement(Math.Abs(value)) - Math.Abs(value);

    /// <summary>A float64 leaf of values between -<paramref name="bound"/> and <paramref name="bound"/>.</summary>
    public static Tensor Leaf(ulong seed, double bound, params long[] shape)
    {
        var random = new SplitMix(seed);
        double[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextDouble(-bound, bound))];
        return tensor(values, shape).requires_grad_(true);
    }
}
