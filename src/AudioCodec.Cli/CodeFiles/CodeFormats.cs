using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.CodeFiles;

/// <summary>Chooses the format by a path's extension.</summary>
internal static class CodeFormats
{
    /// <summary>Extension where a user gives none: of the format that says what its codes mean.</summary>
    public const string DefaultExtension = ".safetensors";

    private const string BareExtension = ".npy";

    /// <summary>The format for a path.</summary>
    /// <exception cref="UsageException">The extension is of no known format.</exception>
    public static ICodeFormat For(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        BareExtension => new NpyCodes(),
        DefaultExtension => new SafetensorsCodes(),
        string other => throw new UsageException($"'{path}': codes are kept in .npy or .safetensors files, not '{other}'."),
    };

    /// <summary>Whether a path is of a format that holds codes, by its extension.</summary>
    public static bool Has(string path) => Path.GetExtension(path).ToLowerInvariant() is BareExtension or DefaultExtension;

    /// <summary>One line for the user about files that do not say what their codes mean, or <see langword="null"/> where they do.</summary>
    public static string? Caution(string path) => !Path.GetExtension(path).Equals(BareExtension, StringComparison.OrdinalIgnoreCase) ? null
        : "an .npy file holds bare codes, without model and length: whoever reads it must know both ('codes import --model', '--length'); .safetensors holds them";
}
