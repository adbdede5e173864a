using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.LibTorch.Tests;

public sealed class LifetimeTests
{
    [Fact]
    public void Scope_Ends_FreesItsTensorsAndKeepsWhatWasMoved()
    {
        Needs.LibTorch();
        Tensor kept;
        Tensor freed;
        Tensor detached;
        using (DisposeScope outer = NewDisposeScope())
        {
            using (DisposeScope inner = NewDisposeScope())
            {
                freed = zeros(3);
                kept = ones(3).MoveToOuterDisposeScope();
                detached = (ones(3) * 2).DetachFromDisposeScope();
                Assert.Equal(2, inner.DisposablesCount);
            }

            Assert.True(freed.IsInvalid);
            Assert.Equal(3f, kept.sum().item<float>());
        }

        Assert.True(kept.IsInvalid);
        Assert.Equal(6f, detached.sum().item<float>());
        detached.Dispose();
        Assert.Throws<InvalidOperationException>(() => detached.sum());
    }

    [Fact]
    public void Parameter_MadeInsideScope_Survives()
    {
        Needs.LibTorch();
        nn.Module<Tensor, Tensor> layer;
        using (NewDisposeScope())
        {
            layer = nn.Conv1d(2, 3, 5);
        }

        Assert.All(layer.parameters(), p => Assert.False(p.IsInvalid));
        layer.Dispose();
    }

    [Fact]
    public void Scopes_OfTwoThreads_AreApart()
    {
        Needs.LibTorch();
        using DisposeScope scope = NewDisposeScope();
        Tensor? other = null;
        Thread thread = new(() => other = zeros(2));
        thread.Start();
        thread.Join();
        Assert.Equal(0, scope.DisposablesCount);
        other?.Dispose();
    }

    [Fact]
    public void NoGrad_EndsWithItsScope()
    {
        Needs.LibTorch();
        using Tensor x = ones(2, requires_grad: true);
        using (no_grad())
        {
            using Tensor quiet = x * 2;
            Assert.False(quiet.requires_grad);
        }

        using Tensor loud = x * 2;
        Assert.True(loud.requires_grad);
    }

    [Fact]
    public void NativeError_BecomesExceptionWithLibtorchsMessage()
    {
        Needs.LibTorch();
        using Tensor a = zeros(2, 3);
        using Tensor b = zeros(2, 3);
        ExternalException e = Assert.Throws<ExternalException>(() => a.matmul(b));
        Assert.Contains("2x3", e.Message, StringComparison.Ordinal);
        using Tensor c = a + b;
        Assert.Equal([2, 3], c.shape);
    }

    [Fact]
    public void TensorsWithoutScope_AreCollectedUnderPressure()
    {
        Needs.LibTorch();
        for (int i = 0; i < 150; i++)
        {
            _ = zeros(4 << 20); // 16 MiB each: 2.4 GiB in all, over the threshold of 1 GiB
        }

        Assert.True(Native.ac_live_tensors() < 140, $"{Native.ac_live_tensors()} tensors alive");
    }

    [Fact]
    public void TwoHundredTrainingSteps_LeaveTensorsAndMemoryFlat()
    {
        Needs.LibTorch();
        set_num_threads(1);
        manual_seed(5);
        using TorchSharp.Modules.Sequential net = nn.Sequential(nn.Conv1d(1, 8, 7), nn.ELU(), nn.Conv1d(8, 8, 4, stride: 2), nn.ELU(), nn.ConvTranspose1d(8, 1, 4, stride: 2));
        using TorchSharp.Modules.LSTM lstm = nn.LSTM(8, 8);
        using TorchSharp.Modules.AdamW optimizer = optim.AdamW([.. net.parameters(), .. lstm.parameters()], lr: 1e-3);
        (long tensors, long bytes) = (0, 0);
        for (int step = 0; step < 200; step++)
        {
            using (NewDisposeScope())
            {
                Tensor x = randn(2, 1, 2054);
                Tensor y = net.call(x);
                Tensor loss = (y.square().mean() - lstm.call(y.view(-1, 32, 8)).Item1.mean()).abs();
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(net.parameters(), 1.0);
                optimizer.step();
            }

            if (step == 49)
            {
                (tensors, bytes) = (Native.ac_live_tensors(), ResidentBytes());
            }
        }

        Assert.InRange(Native.ac_live_tensors(), 0, tensors);
        Assert.InRange(ResidentBytes(), 0, bytes + (24 << 20));
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
    }
}
