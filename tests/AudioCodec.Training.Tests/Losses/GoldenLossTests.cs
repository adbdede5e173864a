using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Training.Discriminators;
using AudioCodec.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Losses;

/// <summary>Losses and their gradients against the published code's numbers.</summary>
public sealed class GoldenLossTests : IDisposable
{
    private const double Tolerance = 1e-3;

    private readonly GoldenFile _golden = GoldenFile.Open("losses");

    public void Dispose() => _golden.Dispose();

    [Theory]
    [InlineData("msspec", 6, 10, 64.0)]
    [InlineData("msspec_5_11", 5, 11, 0.0)]
    public void MultiScaleMelLoss_Golden_ValueAndGradient(string name, int first, int last, double lowHz)
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var loss = new MultiScaleMelLoss(first, last, 64, 24000, lowHz, paper: true, 1e-5);
        Tensor fake = Audio("fake").requires_grad_(true);
        Tensor value = loss.Forward(fake.flatten(0, 1), Audio("real").flatten(0, 1));
        Check(name, value, fake);
    }

    [Fact]
    public void L1_Golden_ValueAndGradient()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        Tensor fake = Audio("fake").requires_grad_(true);
        Check("l1", (fake - Audio("real")).abs().mean(), fake);
    }

    [Fact]
    public void Discriminator_Golden_LogitsAndMaps()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using MultiScaleStftDiscriminator discriminator = Discriminator();
        using var silent = no_grad();
        DiscriminatorOutput[] fake = discriminator.call(Audio("fake"));
        for (int scale = 0; scale < fake.Length; scale++)
        {
            TestTorch.AssertClose(_golden.Floats($"disc.{scale}.fake_logits"), TestTorch.Values(fake[scale].Logits), Tolerance);
            for (int map = 0; map < fake[scale].Maps.Length; map++)
            {
                float expected = _golden.Floats($"disc.{scale}.fmap{map}.mean_abs")[0];
                Assert.Equal(expected, fake[scale].Maps[map].abs().mean().ToSingle(), expected * Tolerance);
            }
        }
    }

    [Fact]
    public void AdversarialLosses_Golden_ValuesAndGradients()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using MultiScaleStftDiscriminator discriminator = Discriminator();
        Tensor fake = Audio("fake").requires_grad_(true);
        DiscriminatorOutput[] realMaps = discriminator.call(Audio("real"));
        DiscriminatorOutput[] fakeMaps = discriminator.call(fake);
        Check("adv_generator", AdversarialLosses.Generator(fakeMaps), fake);
        Check("feature_matching_sum", AdversarialLosses.FeatureMatching(realMaps, fakeMaps), fake);
        Check("adv_discriminator", AdversarialLosses.Discriminator(realMaps, fakeMaps), fake);
    }

    [Fact]
    public void Balancer_ThreeSteps_GoldenGradients()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using MultiScaleStftDiscriminator discriminator = Discriminator();
        using var mel = new MultiScaleMelLoss(6, 10, 64, 24000, 64, paper: true, 1e-5);
        Tensor fake = Audio("fake").requires_grad_(true);
        Tensor real = Audio("real");
        DiscriminatorOutput[] realMaps = discriminator.call(real);
        DiscriminatorOutput[] fakeMaps = discriminator.call(fake);
        Tensor adversarial = AdversarialLosses.Generator(fakeMaps);
        Tensor feature = AdversarialLosses.FeatureMatching(realMaps, fakeMaps);
        Tensor l1 = (fake - real).abs().mean();
        Tensor spectral = mel.Forward(fake.flatten(0, 1), real.flatten(0, 1));
        var balancer = new Balancer(0.999);
        for (int step = 0; step < 3; step++)
        {
            Tensor gradient = balancer.Gradient(
                [("adv", adversarial * (step + 1), 4), ("feat", feature, 4), ("l1", l1 * (3 - step), 0.1), ("msspec", spectral, 2)], fake);
            TestTorch.AssertClose(_golden.Floats($"balancer.step{step}.grad"), TestTorch.Values(gradient), Tolerance);
        }
    }

    [Fact]
    public void MultiScaleMelLoss_LogForm_GradientOfSilence_IsNotZero()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var loss = new MultiScaleMelLoss(5, 11, 64, 24000, 0, paper: false, 1e-3);
        Tensor output = (Audio("fake").flatten(0, 1) * 1e-4).requires_grad_(true);
        Tensor value = loss.Forward(output, Audio("real").flatten(0, 1));
        Tensor gradient = autograd.grad([value], [output])[0];
        Assert.True(gradient.square().sum().sqrt().ToDouble() > 1e-3);
    }

    private static MultiScaleStftDiscriminator Discriminator()
    {
        Dictionary<string, int[]> shapes = FormulaWeights.Shapes("losses.discriminator.tensors.json");
        int[] windows = [.. Enumerable.Range(0, 5).Select(i => shapes[$"discriminators.{i}.spec_transform.window"][0])];
        var discriminator = new MultiScaleStftDiscriminator(1, 8, windows, new SplitMix(0));
        Assert.Equal(shapes.Keys.Order(), discriminator.state_dict().Keys.Order());
        using var silent = no_grad();
        foreach ((string name, Tensor target) in discriminator.named_parameters())
        {
            Assert.Equal(shapes[name], target.shape.Select(d => (int)d));
            (double scale, float shift) = name switch
            {
                _ when name.EndsWith("weight_v", StringComparison.Ordinal) => (1.0, 0f),
                _ when name.EndsWith("weight_g", StringComparison.Ordinal) => (0.2, 1f),
                _ when name.EndsWith("bias", StringComparison.Ordinal) => (0.02, 0f),
                _ => (Math.Sqrt(3.0 / shapes[name].Skip(1).Aggregate(1, (a, b) => a * b)), 0f),
            };
            target.copy_(TestTorch.From(FormulaWeights.Tensor("msstftd." + name, (int)target.numel(), (float)scale, shift), target.shape));
        }

        return discriminator;
    }

    private Tensor Audio(string name) => TestTorch.From(_golden.Floats(name), 2, 1, 24000);

    private void Check(string name, Tensor value, Tensor input)
    {
        float expected = _golden.Floats($"loss.{name}")[0];
        Assert.Equal(expected, value.ToSingle(), Math.Abs(expected) * Tolerance);
        Tensor gradient = autograd.grad([value], [input], retain_graph: true)[0];
        TestTorch.AssertClose(_golden.Floats($"grad.{name}"), TestTorch.Values(gradient), Tolerance);
    }
}
