using AudioCodec.Checkpoints;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Optimization;

public sealed class TrainedNetworkTests
{
    /// <summary>Adam with decoupled weight decay, which biases are spared, computed here by its formulas.</summary>
    [Fact]
    public void Update_FewSteps_FollowsTheFormulas()
    {
        TestTorch.Require();
        const double Rate = 0.02;
        var settings = new OptimizerSettings { Betas = [0.5, 0.9], WeightDecay = 0.1 };
        using TrainedNetwork trained = Network(settings, out Tensor weight, out Tensor bias);
        (double Value, double First, double Second) w = (weight[0, 0].ToDouble(), 0, 0), b = (bias[0].ToDouble(), 0, 0);
        for (int step = 1; step <= 3; step++)
        {
            SetGradient(weight, step * 0.3f);
            SetGradient(bias, step * -0.1f);
            trained.Update(Rate, clipNorm: 0);
            w = Step(w, step * 0.3, step, 0.1);
            b = Step(b, step * -0.1, step, 0);
        }

        Assert.Equal(w.Value, weight[0, 0].ToDouble(), 1e-6);
        Assert.Equal(b.Value, bias[0].ToDouble(), 1e-6);
        Assert.Null(weight.grad);

        static (double Value, double First, double Second) Step((double Value, double First, double Second) old, double gradient, int step, double decay)
        {
            (double first, double second) = ((0.5 * old.First) + (0.5 * gradient), (0.9 * old.Second) + (0.1 * gradient * gradient));
            double denominator = Math.Sqrt(second / (1 - Math.Pow(0.9, step))) + 1e-8;
            return ((old.Value * (1 - (Rate * decay))) - (Rate * first / (1 - Math.Pow(0.5, step)) / denominator), first, second);
        }
    }

    /// <summary>Momentum of earlier steps does not move what no loss reaches any more.</summary>
    [Fact]
    public void Update_WeightWithoutGradient_LeavesItAndItsAverage()
    {
        TestTorch.Require();
        using TrainedNetwork trained = Network(new OptimizerSettings { WeightDecay = 0.1, EmaDecay = 0.9 }, out Tensor weight, out Tensor bias);
        SetGradient(weight, 1);
        SetGradient(bias, 1);
        trained.Update(0.1, 0);
        trained.Averages!.Adopt(name => name == "weight");
        (float[] before, float[] moving) = (TestTorch.Values(weight), TestTorch.Values(bias));

        for (int step = 0; step < 5; step++)
        {
            SetGradient(bias, 1);
            trained.Update(0.1, 0);
        }

        Assert.Equal(before, TestTorch.Values(weight));
        Assert.Equal(before, TestTorch.Values(trained.AveragedTensors()["weight"]));
        Assert.NotEqual(moving, TestTorch.Values(bias));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(100, 5)]
    [InlineData(1, 1)]
    public void Update_ClipNorm_ScalesGradientsAboveIt(double clipNorm, double expected)
    {
        TestTorch.Require();
        using TrainedNetwork trained = Network(new OptimizerSettings { Betas = [0, 0.9] }, out Tensor weight, out Tensor bias);
        SetGradient(weight, 3);
        SetGradient(bias, 4);

        Assert.Equal(5, trained.Update(0, clipNorm), 1e-4);

        // With a first decay of zero the first moment is the gradient.
        Dictionary<string, CheckpointTensor> state = trained.State().ToDictionary(s => s.Name, s => s.Value);
        Assert.Equal(expected, Math.Sqrt(Math.Pow(state["adamw/weight.exp_avg"].Values[0], 2) + Math.Pow(state["adamw/bias.exp_avg"].Values[0], 2)), 1e-4);
    }

    [Fact]
    public void Update_GradientNotFinite_ChangesNothing()
    {
        TestTorch.Require();
        using TrainedNetwork trained = Network(new OptimizerSettings(), out Tensor weight, out Tensor bias);
        SetGradient(weight, float.NaN);
        SetGradient(bias, 1);
        CheckpointTensor[] before = [.. trained.State().Select(s => s.Value)];

        Assert.False(double.IsFinite(trained.Update(0.1, 1)));

        Assert.All(before.Zip(trained.State()), pair => Assert.Equal(pair.First.Values, pair.Second.Value.Values));
    }

    /// <summary>A linear layer of one weight and one bias.</summary>
    private static TrainedNetwork Network(OptimizerSettings settings, out Tensor weight, out Tensor bias)
    {
        Linear linear = nn.Linear(1, 1);
        (weight, bias) = (linear.weight, linear.bias!);
        return new TrainedNetwork("test", linear, settings);
    }

    private static void SetGradient(Tensor parameter, float value) => parameter.grad = full_like(parameter.detach(), value);
}
