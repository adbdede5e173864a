using AudioCodec.Classification;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch.Classification;
using AudioCodec.Torch.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests.Classification;

public sealed class ClassifierNetworkTests
{
    [Theory]
    [InlineData(100, 64, new[] { 16, 32, 64, 96 })]
    [InlineData(21, 17, new[] { 3, 5 })]
    [InlineData(9, 8, new[] { 7 })]
    public void Forward_FreshWeights_AgreesWithTheManagedEngine(int frames, int bands, int[] filters)
    {
        TestTorch.Require();
        ClassifierConfig config = new() { Name = "test", Labels = ["a", "b", "c"], WindowFrames = frames, WindowStepFrames = frames, MelBands = bands, Filters = filters, Members = 2 };
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        using var network = new ClassifierNetwork(config, new SplitMix(3));
        var random = new SplitMix(5);
        float[] windows = FreshValues.Uniform(random, 3L * frames * bands, 2);
        Tensor batch = TestTorch.From(windows, 3, frames, bands);

        // A few batches move the running means and variances away from 0 and 1.
        network.train();
        for (int i = 0; i < 3; i++)
        {
            foreach (ClassifierMemberNetwork member in network.Members)
            {
                member.call(batch * (i + 1), 0.5);
            }
        }

        network.eval();
        Assert.Equal(
            ClassifierTensors.For(config).Select(t => (t.Name, string.Join(',', t.Shape))).Order(),
            network.state_dict().Select(t => (t.Key, string.Join(',', t.Value.shape))).Order());
        for (int member = 0; member < 2; member++)
        {
            float[] expected = TestTorch.Values(network.Members[member].call(batch, 0));
            var managed = new ClassifierMember(config, network.ToStateDict("test"), member);
            for (int i = 0; i < 3; i++)
            {
                var logits = new float[3];
                managed.Run(windows.AsSpan(i * frames * bands, frames * bands), new float[config.Embedding], logits);
                TestTorch.AssertClose(expected[(3 * i)..((3 * i) + 3)], logits, 1e-5);
            }
        }
    }

    [Fact]
    public void BatchNorm_EqualsTheLibrarysLayer()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var own = new BatchNorm(4, 1e-5);
        using var theirs = nn.BatchNorm2d(4);
        Tensor x = TestTorch.From(FreshValues.Uniform(new SplitMix(1), 2 * 4 * 5 * 6, 3), 2, 4, 5, 6);
        own.train();
        theirs.train();
        TestTorch.AssertClose(TestTorch.Values(theirs.call(x)), TestTorch.Values(own.call(x)), 1e-6);
        own.eval();
        theirs.eval();
        TestTorch.AssertClose(TestTorch.Values(theirs.call(x)), TestTorch.Values(own.call(x)), 1e-6);
    }
}
