using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.LibTorch.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Module_TrainedOnLine_FindsIt()
    {
        Needs.LibTorch();
        manual_seed(1);
        using nn.Module<Tensor, Tensor> line = nn.Linear(1, 1);
        using var optimizer = optim.Adam(line.parameters(), lr: 0.05);
        double loss = double.MaxValue;
        for (int i = 0; i < 300; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = rand(32, 1);
            Tensor error = nn.functional.mse_loss(line.call(x), (3 * x) - 1);
            optimizer.zero_grad();
            error.backward();
            optimizer.step();
            loss = error.item<float>();
        }

        Assert.InRange(loss, 0, 1e-3);
    }
}
