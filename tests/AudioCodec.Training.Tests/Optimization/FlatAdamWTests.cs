using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Optimization;

public sealed class FlatAdamWTests
{
    private static readonly long[][] s_shapes = [[3, 5, 7], [1], [300, 301], [64, 1, 3], [129], [2, 2], [70000], [17]];
    private static readonly double[] s_betas = [0.5, 0.9];

    /// <summary>
    /// TorchSharp's own optimizer beside it, parameter by parameter: the same bits, however many lie side by side, also where some have no gradient for a while.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1L)]
    [InlineData(1000L)]
    [InlineData(long.MaxValue)]
    public void Step_AnyDivision_EqualsTorchSharps(long? limit)
    {
        TestTorch.Require();
        Parameter[] ours = Parameters(), theirs = Parameters();
        using var flat = new FlatAdamW([(ours[..4], 0.1), (ours[4..], 0)], s_betas, limit);
        using AdamW reference = optim.AdamW([Group(theirs[..4], 0.1), Group(theirs[4..], 0)], 0.01, s_betas[0], s_betas[1]);
        for (int step = 0; step < 6; step++)
        {
            SetGradients(ours, step);
            SetGradients(theirs, step);
            double expected = nn.utils.clip_grad_norm_(theirs, double.PositiveInfinity);
            reference.step();
            Assert.Equal(expected, flat.Step(0.01, clipNorm: 0), 1e-5 * expected);
        }

        var states = reference.state_dict().State.Cast<AdamW.State>().ToArray();
        for (int i = 0; i < ours.Length; i++)
        {
            Assert.Equal(TestTorch.Values(theirs[i]), TestTorch.Values(ours[i]));
            Assert.Equal(states[i].step, flat.Moments[i].Steps);
            Assert.Equal(TestTorch.Values(states[i].exp_avg), TestTorch.Values(flat.Moments[i].First));
            Assert.Equal(TestTorch.Values(states[i].exp_avg_sq), TestTorch.Values(flat.Moments[i].Second));
        }

        Assert.Equal([6, 6, 4, 6, 4, 6, 6, 6], flat.Moments.Select(m => m.Steps));
    }

    /// <summary>The norm sums in another order, so that clipped gradients may differ in their last bits.</summary>
    [Fact]
    public void Step_Clipped_IsTorchSharpsToRounding()
    {
        TestTorch.Require();
        Parameter[] ours = Parameters(), theirs = Parameters();
        using var flat = new FlatAdamW([(ours, 0)], s_betas, long.MaxValue);
        using AdamW reference = optim.AdamW([Group(theirs, 0)], 0.01, s_betas[0], s_betas[1]);
        for (int step = 0; step < 6; step++)
        {
            SetGradients(ours, step);
            SetGradients(theirs, step);
            double expected = nn.utils.clip_grad_norm_(theirs, 1);
            Assert.True(expected > 1);
            reference.step();
            Assert.Equal(expected, flat.Step(0.01, clipNorm: 1), 1e-5 * expected);
        }

        foreach ((Parameter our, Parameter their) in ours.Zip(theirs))
        {
            Assert.All(TestTorch.Values(our).Zip(TestTorch.Values(their)), pair => Assert.Equal(pair.Second, pair.First, 2e-6f));
        }
    }

    private static AdamW.ParamGroup Group(Parameter[] parameters, double weightDecay) => new(parameters, new AdamW.Options { weight_decay = weightDecay });

    private static Parameter[] Parameters() => [.. s_shapes.Select((shape, i) => FreshValues.UniformParameter(new SplitMix((ulong)i), 1, shape))];

    /// <summary>Two of them have none in two of the steps.</summary>
    private static void SetGradients(Parameter[] parameters, int step)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i].grad = i is 2 or 4 && step is 2 or 3
                ? null
                : tensor(FreshValues.Uniform(SplitMix.For(9, step, i), (int)parameters[i].numel(), 0.1 * (i + 1)), parameters[i].shape);
        }
    }
}
