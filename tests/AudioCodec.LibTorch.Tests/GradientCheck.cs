using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.LibTorch.Tests;

/// <summary>Compares gradients with central differences in double precision.</summary>
internal static class GradientCheck
{
    /// <summary>Asserts that d(sum(f · w))/dx of libtorch agrees with differences, for a fixed random weighting w, at every element of every input.</summary>
    public static void Run(Func<Tensor[], Tensor> f, params long[][] shapes) => Run(f, 0, shapes);

    /// <param name="f">The function; its inputs are leaves of float64.</param>
    /// <param name="offset">Added to the normal inputs (for functions that need positive ones: their absolute value is taken where it is not 0).</param>
    /// <param name="shapes">The inputs' shapes.</param>
    public static void Run(Func<Tensor[], Tensor> f, double offset, params long[][] shapes)
    {
        Needs.LibTorch();
        using DisposeScope scope = NewDisposeScope();
        manual_seed(12345);
        Tensor[] inputs = [.. shapes.Select(s => (offset == 0 ? randn(s, float64) : randn(s, float64).abs() + offset).detach().requires_grad_())];
        Tensor output = f(inputs);
        Tensor weight = randn(output.shape, float64);
        IList<Tensor> gradients = autograd.grad([(output * weight).sum()], inputs);
        using IDisposable off = no_grad();
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] analytic = gradients[i].contiguous().data<double>().ToArray();
            Tensor flat = inputs[i].view(-1);
            for (int j = 0; j < analytic.Length; j++)
            {
                double numeric = Difference(() => (f(inputs) * weight).sum().item<double>(), flat, j);
                Assert.True(Math.Abs(numeric - analytic[j]) <= 1e-6 * (1 + Math.Abs(numeric)), $"input {i}, element {j}: {analytic[j]} against {numeric}");
            }
        }
    }

    private static double Difference(Func<double> value, Tensor flat, int element)
    {
        const double h = 1e-5;
        using DisposeScope scope = NewDisposeScope();
        using TorchSharp.Utils.TensorAccessor<double> data = flat.data<double>();
        double before = data[element];
        data[element] = before + h;
        double up = value();
        data[element] = before - h;
        double down = value();
        data[element] = before;
        return (up - down) / (2 * h);
    }
}
