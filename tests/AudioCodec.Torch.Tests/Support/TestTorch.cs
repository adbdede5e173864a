using static TorchSharp.torch;

namespace AudioCodec.TestSupport;

/// <summary>What every test of TorchSharp's networks needs.</summary>
internal static class TestTorch
{
    /// <summary>Skips the test where libtorch is not there, unless it must be.</summary>
    public static void Require()
    {
        _ = RequiredTorch.Load();

        // Test classes run beside each other: with threads of its own for each, libtorch would wait for cores most of the time.
        set_num_threads(1);
    }

    /// <summary>Skips the test where there is no GPU.</summary>
    public static void RequireGpu()
    {
        Require();
        Assert.SkipUnless(cuda.is_available(), "libtorch sees no GPU");
    }

    /// <summary>A tensor of values.</summary>
    public static Tensor From(float[] values, params long[] shape) => tensor(values, shape);

    /// <summary>A tensor's values.</summary>
    public static float[] Values(Tensor tensor) => tensor.detach().cpu().contiguous().data<float>().ToArray();

    /// <summary>Asserts that two gradients or signals agree: the distance's norm is at most <paramref name="relative"/> of the expected norm.</summary>
    public static void AssertClose(float[] expected, float[] actual, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        double distance = Math.Sqrt(expected.Zip(actual, (e, a) => Math.Pow((double)e - a, 2)).Sum());
        double norm = Math.Sqrt(expected.Sum(e => (double)e * e));
        Assert.True(distance <= relative * norm, $"relative distance {distance / norm:G3}, allowed {relative:G3}");
    }
}
