using System.Text.RegularExpressions;

namespace AudioCodec.Torch.Loading;

/// <summary>Which versions of libtorch TorchSharp works with, and how a folder tells its own.</summary>
internal static partial class LibTorchVersions
{
    /// <summary>TorchSharp is built against 2.10; its native part was also run on 2.11. It asks for symbols of C++, which other versions name differently.</summary>
    public const string Allowed = "2.10 or 2.11";

    /// <summary>The version that the packages have.</summary>
    public static Version OfPackages { get; } = new(2, 10, 0);

    /// <summary>Whether TorchSharp works with a version.</summary>
    public static bool IsAllowed(Version version) => version is { Major: 2, Minor: 10 or 11 };

    /// <summary>
    /// The version of the libraries in a folder: from <c>version.py</c> above it (a torch of Python), from <c>build-version</c> (PyTorch's archives of libtorch) or from
    /// the path (a NuGet package); <see langword="null"/> where none of them is there.
    /// </summary>
    public static Version? Of(string folder)
    {
        string above = Path.Combine(folder, "..");
        return FirstIn(Path.Combine(above, "version.py"), PythonVersion())
            ?? FirstIn(Path.Combine(above, "build-version"), AnyVersion())
            ?? Parse(PackageVersion().Match(folder.Replace('\\', '/')));
    }

    private static Version? FirstIn(string file, Regex pattern)
    {
        try
        {
            return File.Exists(file) ? Parse(pattern.Match(File.ReadAllText(file))) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Version? Parse(Match match) => match.Success && Version.TryParse(match.Groups[1].Value, out Version? version) ? version : null;

    [GeneratedRegex("""__version__ *= *['"](\d{1,5}\.\d{1,5}(?:\.\d{1,5})?)""")]
    private static partial Regex PythonVersion();

    [GeneratedRegex(@"^(\d{1,5}\.\d{1,5}(?:\.\d{1,5})?)")]
    private static partial Regex AnyVersion();

    [GeneratedRegex(@"/libtorch-[^/]*/(\d{1,5}\.\d{1,5}(?:\.\d{1,5})?)/runtimes/")]
    private static partial Regex PackageVersion();
}
