using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Training.Optimization;

/// <summary>AdamW over parameters side by side: a dozen operators for many of them, where TorchSharp's has a dozen for each.</summary>
/// <remarks>Same results as TorchSharp's, bit for bit on a CPU where nothing is clipped. Source: Loshchilov and Hutter (arXiv 1711.05101).</remarks>
internal sealed class FlatAdamW : IDisposable
{
    private const double Epsilon = 1e-8;

    private readonly (FlatParameters Parameters, double WeightDecay, Tensor First, Tensor Second)[] _groups;
    private readonly double[] _betas;

    /// <summary>Starts with moments of zero.</summary>
    /// <param name="groups">Parameters, each group with its share that decays per step and unit of learning rate.</param>
    /// <param name="betas">Decays of the two moments.</param>
    /// <param name="limit">As for <see cref="FlatParameters.Divide"/>.</param>
    public FlatAdamW(IEnumerable<(IEnumerable<Parameter> Parameters, double WeightDecay)> groups, double[] betas, long? limit = null)
    {
        _betas = betas;
        _groups =
        [
            .. groups.SelectMany(group => FlatParameters.Divide(group.Parameters, limit)
                .Select(flat => (flat, group.WeightDecay, flat.Zeros().DetachFromDisposeScope(), flat.Zeros().DetachFromDisposeScope()))),
        ];
        Moments = [.. _groups.SelectMany(group => group.Parameters.Split(group.First).Zip(group.Parameters.Split(group.Second), (first, second) =>
            new AdamWMoments(first.DetachFromDisposeScope(), second.DetachFromDisposeScope())))];
    }

    /// <summary>The moments, by parameter in the order given.</summary>
    public IReadOnlyList<AdamWMoments> Moments { get; }

    /// <summary>Makes a step with all parameters that have a gradient.</summary>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="clipNorm">Gradients are scaled down where their norm is above this; 0 for never.</param>
    /// <returns>Norm of all gradients; where it is not finite nothing is changed.</returns>
    public double Step(double learningRate, double clipNorm)
    {
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        List<Run> runs = Runs();
        double norm = runs.Count == 0 ? 0 : stack(runs.Select(run => run.Gradient.norm())).norm().ToDouble();
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        double scale = clipNorm > 0 ? clipNorm / (norm + 1e-6) : 1;
        foreach (Run run in runs)
        {
            if (scale < 1)
            {
                run.Gradient.mul_(scale);
            }

            Step(run, learningRate);
        }

        return norm;
    }

    public void Dispose()
    {
        foreach (AdamWMoments moments in Moments)
        {
            moments.Dispose();
        }

        foreach ((FlatParameters parameters, _, Tensor first, Tensor second) in _groups)
        {
            parameters.Dispose();
            first.Dispose();
            second.Dispose();
        }
    }

    /// <summary>Neighbours that have a gradient and as many steps behind them.</summary>
    private List<Run> Runs()
    {
        List<Run> runs = [];
        int moments = 0;
        foreach ((FlatParameters flat, double weightDecay, Tensor first, Tensor second) in _groups)
        {
            Tensor?[] gradients = [.. flat.Parameters.Select(p => p.grad)];
            for (int start = 0, end; start < gradients.Length; start = end)
            {
                for (end = start + 1; end < gradients.Length && Alike(start, end);)
                {
                    end++;
                }

                if (gradients[start] is not null)
                {
                    int count = end - start;
                    Tensor[] joined = [.. gradients[start..end].Select(gradient => gradient!.reshape(-1))]; // Alike: all have one.
                    runs.Add(new Run(flat, start, count, moments + start, weightDecay, count == 1 ? joined[0] : cat(joined), flat.Slice(first, start, count), flat.Slice(second, start, count)));
                }
            }

            bool Alike(int one, int other) => gradients[one] is null == gradients[other] is null && Moments[moments + one].Steps == Moments[moments + other].Steps;
            moments += gradients.Length;
        }

        return runs;
    }

    private void Step(Run run, double learningRate)
    {
        Tensor values = run.Parameters.Join(run.Start, run.Count);
        long steps = Moments[run.Moments].Steps + 1;
        long piece = FlatParameters.LimitOf(values.device_type);
        long elements = values.numel();
        for (long start = 0, length; start < elements; start += length)
        {
            using var scope = NewDisposeScope();
            length = Math.Min(piece, elements - start);
            Apply(values.narrow(0, start, length), run.Gradient.narrow(0, start, length), run.First.narrow(0, start, length), run.Second.narrow(0, start, length));
        }

        run.Parameters.Spread(values, run.Start, run.Count);
        for (int i = 0; i < run.Count; i++)
        {
            Moments[run.Moments + i].Steps = steps;
        }

        void Apply(Tensor value, Tensor gradient, Tensor first, Tensor second)
        {
            if (run.WeightDecay > 0)
            {
                value.mul_(1 - (learningRate * run.WeightDecay));
            }

            first.mul_(_betas[0]).add_(gradient, alpha: 1 - _betas[0]);
            second.mul_(_betas[1]).addcmul_(gradient, gradient, value: 1 - _betas[1]);
            Tensor denominator = second.sqrt().div_(Math.Sqrt(1 - Math.Pow(_betas[1], steps))).add_(Epsilon);
            value.addcdiv_(first, denominator, value: -learningRate / (1 - Math.Pow(_betas[0], steps)));
        }
    }

    private sealed record Run(FlatParameters Parameters, int Start, int Count, int Moments, double WeightDecay, Tensor Gradient, Tensor First, Tensor Second);
}
