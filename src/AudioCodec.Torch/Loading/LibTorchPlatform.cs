using System.Runtime.InteropServices;

namespace AudioCodec.Torch.Loading;

/// <summary>Names that differ between systems.</summary>
internal static class LibTorchPlatform
{
    /// <summary>This system as NuGet names it, such as linux-x64.</summary>
    public static string Runtime { get; } =
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>The package that holds libtorch for this system's processor.</summary>
    public static string Package { get; } = $"libtorch-cpu-{Runtime}";

    /// <summary>A library's file name.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>The folder in which NuGet keeps packages.</summary>
    public static string PackagesFolder =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".nuget", "packages");
}
