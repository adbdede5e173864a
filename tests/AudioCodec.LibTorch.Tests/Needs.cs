using TorchSharp;

namespace AudioCodec.LibTorch.Tests;

/// <summary>What tests need from the machine.</summary>
internal static class Needs
{
    /// <summary>Skips the test where libtorch is not there, unless the environment (CI, or AUDIOCODEC_REQUIRE_TORCH=1) says that it must be.</summary>
    public static void LibTorch()
    {
        string? reason = Native.Unavailable;
        if (reason is null)
        {
            return;
        }

        bool required = Environment.GetEnvironmentVariable("AUDIOCODEC_REQUIRE_TORCH") == "1" || Environment.GetEnvironmentVariable("CI") is { Length: > 0 };
        Assert.False(required, reason);
        Assert.Skip(reason);
    }
}
