using AudioCodec.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Initial values of weights. They are drawn on the host, so that they do not depend on the device.</summary>
internal static class FreshValues
{
    /// <summary>Values drawn evenly from -<paramref name="bound"/> to <paramref name="bound"/>.</summary>
    public static float[] Uniform(SplitMix random, long count, double bound)
    {
        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(((random.NextDouble() * 2) - 1) * bound);
        }

        return values;
    }

    /// <summary>A parameter of values drawn evenly from -<paramref name="bound"/> to <paramref name="bound"/>, or of zeros to be loaded where there is no source.</summary>
    public static Parameter UniformParameter(SplitMix? random, double bound, params long[] shape) =>
        new(random is null ? zeros(shape) : tensor(Uniform(random, shape.Aggregate(1L, (a, b) => a * b), bound), shape));

    /// <summary>Values of a normal distribution of mean 0, none beyond three deviations.</summary>
    public static float[] Normal(SplitMix random, long count, double deviation)
    {
        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            double value;
            do
            {
                // Box and Muller's transform.
                value = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            }
            while (Math.Abs(value) > 3);

            values[i] = (float)(value * deviation);
        }

        return values;
    }

    /// <summary>A parameter of values as <see cref="Normal"/> draws them, or of zeros to be loaded where there is no source.</summary>
    public static Parameter NormalParameter(SplitMix? random, double deviation, params long[] shape) =>
        new(random is null ? zeros(shape) : tensor(Normal(random, shape.Aggregate(1L, (a, b) => a * b), deviation), shape));

    /// <summary>Overwrites a parameter with values drawn evenly from -<paramref name="bound"/> to <paramref name="bound"/>.</summary>
    public static void Fill(Parameter parameter, SplitMix random, double bound)
    {
        using IDisposable frozen = no_grad();
        using Tensor values = tensor(Uniform(random, parameter.numel(), bound), parameter.shape);
        parameter.copy_(values);
    }
}
