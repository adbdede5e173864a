using AudioCodec.Torch.Loading;

namespace AudioCodec.TestSupport;

/// <summary>The libtorch that tests run on.</summary>
internal static class RequiredTorch
{
    private static readonly Lazy<string?> s_missing = new(Probe);

    /// <summary>Whether CI, or AUDIOCODEC_REQUIRE_TORCH=1, says that there must be one.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("CI") is { Length: > 0 } || Environment.GetEnvironmentVariable("AUDIOCODEC_REQUIRE_TORCH") == "1";

    /// <summary>Loads it; where there is none, the test fails if one is required and is skipped if not.</summary>
    public static LibTorch Load()
    {
        Assert.SkipWhen(s_missing.Value is not null && !IsRequired, s_missing.Value ?? "");
        return LibTorch.Load();
    }

    private static string? Probe()
    {
        try
        {
            _ = LibTorch.Load();
            return null;
        }
        catch (LibTorchException error)
        {
            return error.Message;
        }
    }
}
