using AudioCodec.Torch.Loading;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests.Loading;

public sealed class LibTorchTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Load_InTheRepository_RunsOnWhatTheBuildRestored()
    {
        LibTorch torch = RequiredTorch.Load();
        Assert.True(LibTorchVersions.IsAllowed(torch.Version));
        Assert.Equal("cpu", torch.Devices[0]);
        Assert.Same(torch, LibTorch.Load());
        using Tensor x = ones(3);
        Assert.Equal(3f, x.sum().item<float>());
    }

    [Fact]
    public void Load_CudaWhereALibtorchWithoutIsLoaded_SaysSo()
    {
        LibTorch torch = RequiredTorch.Load();
        Assert.SkipWhen(torch.HasCuda, "this libtorch has CUDA");
        Assert.Contains("no CUDA", Assert.Throws<LibTorchException>(() => LibTorch.Load(cuda: true)).Message, StringComparison.Ordinal);
    }

    /// <summary>What the system's loader says comes out as the one typed error, with the library's path.</summary>
    [Fact]
    public void Load_LibrariesThatAreNone_NamesTheFirst()
    {
        FakeLibTorch.Libraries(_root.Root);
        LibTorchCandidate candidate = new() { Place = "a test", Folder = _root.Root };
        string message = Assert.Throws<LibTorchException>(() => NativeLoading.Load(candidate)).Message;
        Assert.StartsWith(_root[LibTorchPlatform.FileName("c10")], message, StringComparison.Ordinal);
        Assert.Contains("cannot be loaded", message, StringComparison.Ordinal);
    }
}
