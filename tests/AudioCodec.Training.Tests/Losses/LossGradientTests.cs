using AudioCodec.Numerics;
using AudioCodec.Training.Discriminators;
using AudioCodec.Training.Losses;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Losses;

/// <summary>Every loss against central differences in double precision: of its input, and of the weights it trains.</summary>
public sealed class LossGradientTests
{
    [Theory]
    [InlineData(true, 1e-5)]
    [InlineData(false, 1e-3)]
    [InlineData(false, 3e-3)]
    public void MultiScaleMelLoss_EachForm_GradientEqualsDifferences(bool paper, double floor)
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using MultiScaleMelLoss loss = new MultiScaleMelLoss(5, 11, 64, 24000, 0, paper, floor).to(ScalarType.Float64);
        Tensor target = Differences.Leaf(1, 0.3, 2, 2600).detach();

        Differences.AssertGradient(x => loss.Forward(x, target), Differences.Leaf(2, 0.3, 2, 2600));
    }

    [Fact]
    public void TextureLoss_GradientEqualsDifferences()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using TextureLoss loss = new TextureLoss(24000).to(ScalarType.Float64);
        Tensor target = Differences.Leaf(1, 0.3, 2, 6000).detach();

        Differences.AssertGradient(x => loss.call(x, target), Differences.Leaf(2, 0.3, 2, 6000));
    }

    [Theory]
    [InlineData("generator")]
    [InlineData("feature matching")]
    [InlineData("discriminator")]
    public void AdversarialLosses_GradientAtTheAudio_EqualsDifferences(string name)
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using MultiScaleStftDiscriminator discriminator = Discriminator();
        DiscriminatorOutput[] real = discriminator.call(Differences.Leaf(1, 0.3, 2, 1, 700).detach());

        Differences.AssertGradient(x => Loss(name, real, discriminator.call(x)), Differences.Leaf(2, 0.3, 2, 1, 700));
    }

    [Fact]
    public void DiscriminatorLoss_GradientAtEveryWeight_EqualsDifferences()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using MultiScaleStftDiscriminator discriminator = Discriminator();
        Tensor real = Differences.Leaf(1, 0.3, 2, 1, 700).detach();
        Tensor fake = Differences.Leaf(2, 0.3, 2, 1, 700).detach();
        Tensor Forward() => AdversarialLosses.Discriminator(discriminator.call(real), discriminator.call(fake));
        (string[] names, Parameter[] weights) = ([.. discriminator.named_parameters().Select(p => p.name)], [.. discriminator.parameters()]);
        IList<Tensor> gradients = autograd.grad([Forward()], weights);

        // Gradients of weights that matter little are small: each is measured against its own largest element.
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i].EndsWith("conv_post.conv.bias", StringComparison.Ordinal))
            {
                // What real audio gains by the last bias, fake audio loses, as long as no logit is beyond its hinge.
                Assert.InRange(gradients[i].item<double>(), -1e-12, 1e-12);
                continue;
            }

            Differences.AssertGradient(() => Forward().item<double>(), weights[i], gradients[i], positions: 3, relative: 1e-4, kinks: true);
        }
    }

    /// <summary>The balanced gradient is the sum of the losses' gradients, each brought to its share: here with gradients found by differences.</summary>
    [Fact]
    public void Balancer_Gradient_EqualsTheFormulaOnDifferences()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        Tensor target = Differences.Leaf(1, 0.3, 2, 1, 24).detach();
        Tensor output = Differences.Leaf(2, 0.3, 2, 1, 24);
        (string Name, Func<Tensor> Loss, double Weight)[] losses =
        [
            ("l1", () => (output - target).abs().mean(), 0.1),
            ("square", () => 1e4 * (output - target).square().mean(), 1),
            ("cubic", () => (output - target).pow(3).abs().sum(), 3),
        ];
        var balancer = new Balancer(0.9);
        var averages = new (double Total, double Count)[losses.Length];
        for (int step = 0; step < 2; step++)
        {
            double[] actual = balancer.Gradient([.. losses.Select(l => (l.Name, l.Loss(), l.Weight))], output).contiguous().data<double>().ToArray();
            var expected = new double[actual.Length];
            for (int l = 0; l < losses.Length; l++)
            {
                double[] gradient = [.. Enumerable.Range(0, actual.Length).Select(i => Differences.At(() => losses[l].Loss().item<double>(), output, i))];
                double norm = gradient.Chunk(24).Average(item => Math.Sqrt(item.Sum(g => g * g)));
                averages[l] = ((averages[l].Total * 0.9) + (2 * norm), (averages[l].Count * 0.9) + 2);
                double factor = losses[l].Weight / 4.1 / (averages[l].Total / averages[l].Count);
                for (int i = 0; i < expected.Length; i++)
                {
                    expected[i] += factor * gradient[i];
                }
            }

            Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-6));

            // By the same averages in one pass, which leaves them as they are.
            double[] unmeasured = balancer.Gradient([.. losses.Select(l => (l.Name, l.Loss(), l.Weight))], output, measure: false).contiguous().data<double>().ToArray();
            Assert.All(expected.Zip(unmeasured), p => Assert.Equal(p.First, p.Second, 1e-6));
            using (no_grad())
            {
                output.mul_(1.1);
            }
        }
    }

    private static Tensor Loss(string name, DiscriminatorOutput[] real, DiscriminatorOutput[] fake) => name switch
    {
        "generator" => AdversarialLosses.Generator(fake),
        "feature matching" => AdversarialLosses.FeatureMatching(real, fake),
        _ => AdversarialLosses.Discriminator(real, fake),
    };

    private static MultiScaleStftDiscriminator Discriminator() =>
        new MultiScaleStftDiscriminator(1, 2, [128, 64], SplitMix.For(3, 0, 1)).to(ScalarType.Float64);
}
