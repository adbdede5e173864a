using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.LibTorch.Tests;

/// <summary>What happens with a GPU, and what is said without one.</summary>
public sealed class CudaTests
{
    [Fact]
    public void WithoutCuda_AskingForIt_SaysSo()
    {
        Needs.LibTorch();
        Assert.SkipWhen(cuda.is_available(), "this machine has a CUDA device");
        Assert.Equal(0, cuda.device_count());
        Assert.False(TryInitializeDeviceType(DeviceType.CUDA));
        using Tensor x = zeros(2);
        Assert.Contains("CUDA is not available", Assert.Throws<InvalidOperationException>(() => x.cuda()).Message, StringComparison.Ordinal);
        Assert.Contains("CUDA is not available", Assert.Throws<InvalidOperationException>(() => device("cuda:0")).Message, StringComparison.Ordinal);
        Assert.Contains("CUDA is not available", Assert.Throws<ExternalException>(() => cuda.synchronize()).Message, StringComparison.Ordinal);
        Assert.Contains("CUDA", Assert.Throws<ExternalException>(() => zeros(2, device: CUDA)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CudaSeeds_LeaveTheCpuGeneratorAlone()
    {
        Needs.LibTorch();
        manual_seed(11);
        using Tensor expected = rand(4);
        manual_seed(11);
        cuda.manual_seed(99);
        cuda.manual_seed_all(99);
        using Tensor actual = rand(4);
        Assert.True(actual.Equals(expected));
    }

    [Fact]
    public void Switches_AreRemembered()
    {
        Needs.LibTorch();
        bool products = backends.cuda.matmul.allow_tf32;
        bool convolutions = backends.cudnn.allow_tf32;
        try
        {
            backends.cuda.matmul.allow_tf32 = !products;
            Assert.Equal(!products, backends.cuda.matmul.allow_tf32);
            Assert.Equal(convolutions, backends.cudnn.allow_tf32);
            backends.cudnn.allow_tf32 = !convolutions;
            Assert.Equal(!convolutions, backends.cudnn.allow_tf32);
        }
        finally
        {
            backends.cuda.matmul.allow_tf32 = products;
            backends.cudnn.allow_tf32 = convolutions;
        }
    }

    [Fact]
    public void OnCuda_TransfersAndResults_EqualCpu()
    {
        NeedsCuda();
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        Tensor x = randn(2, 3, 50);
        Tensor w = randn(4, 3, 7);
        Tensor onCpu = nn.functional.elu(nn.functional.conv1d(x, w, stride: 2), 1.0);
        bool rounded = backends.cudnn.allow_tf32;
        backends.cudnn.allow_tf32 = false;
        Tensor onGpu = nn.functional.elu(nn.functional.conv1d(x.cuda(), w.cuda(), stride: 2), 1.0);
        cuda.synchronize();
        backends.cudnn.allow_tf32 = rounded;

        Assert.True(onGpu.is_cuda);
        Assert.Throws<InvalidOperationException>(() => onGpu.data<float>());
        Assert.True(onGpu.cpu().allclose(onCpu, 1e-4, 1e-5));
        Assert.True(x.cuda().cpu().Equals(x));
        Assert.Equal(onCpu.to(bfloat16).dtype, onGpu.to(bfloat16).dtype);
    }

    [Fact]
    public void OnCuda_SameSeed_GivesTheSameNumbers()
    {
        NeedsCuda();
        using DisposeScope scope = NewDisposeScope();
        cuda.manual_seed_all(5);
        Tensor first = rand(100, device: CUDA).cpu();
        cuda.manual_seed(5);
        Assert.True(rand(100, device: CUDA).cpu().Equals(first));
        using Generator own = new(5, CUDA);
        Tensor a = rand(100, device: CUDA, generator: own).cpu();
        own.manual_seed(5);
        Assert.True(rand(100, device: CUDA, generator: own).cpu().Equals(a));
    }

    private static void NeedsCuda()
    {
        Needs.LibTorch();
        Assert.SkipUnless(cuda.is_available(), "this libtorch sees no CUDA device");
    }
}
