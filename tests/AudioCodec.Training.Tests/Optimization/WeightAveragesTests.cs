using AudioCodec.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Optimization;

public sealed class WeightAveragesTests
{
    [Fact]
    public void Update_StartsFastAndThenDecaysAsAsked()
    {
        TestTorch.Require();
        using Linear linear = Create(0);
        using var averages = new WeightAverages(linear, 0.5);
        double expected = 0;
        for (int step = 1; step <= 20; step++)
        {
            Set(linear, step);
            averages.Update();
            double decay = Math.Min(0.5, (1.0 + step) / (10.0 + step));
            expected += (1 - decay) * (step - expected);
        }

        Assert.Equal(20, averages.Updates);
        Assert.Equal(expected, averages.Values.Single().Value.ToDouble(), 1e-5);
    }

    [Fact]
    public void Update_OfAnEqualWeight_ChangesNoBit()
    {
        TestTorch.Require();
        using Linear linear = Create(0.1f);
        using var averages = new WeightAverages(linear, 0.999);
        for (int step = 0; step < 100; step++)
        {
            averages.Update();
        }

        Assert.Equal(0.1f, averages.Values.Single().Value.ToSingle());
    }

    [Fact]
    public void Exchange_PutsAveragesInPlaceUntilDisposed()
    {
        TestTorch.Require();
        using Linear linear = Create(1);
        using var averages = new WeightAverages(linear, 0.999);
        Set(linear, 2);
        using (averages.Exchange())
        {
            Assert.Equal((1f, 2f), (linear.weight.ToSingle(), averages.Values.Single().Value.ToSingle()));
        }

        Assert.Equal((2f, 1f), (linear.weight.ToSingle(), averages.Values.Single().Value.ToSingle()));
    }

    private static Linear Create(float weight)
    {
        Linear linear = nn.Linear(1, 1, hasBias: false);
        Set(linear, weight);
        return linear;
    }

    private static void Set(Linear linear, float weight)
    {
        using IDisposable frozen = no_grad();
        linear.weight.fill_(weight);
    }
}
