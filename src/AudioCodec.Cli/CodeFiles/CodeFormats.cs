using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.CodeFiles;

/// <summary>Chooses the format by a path's extension.</summary>
internal static class CodeFormats
{
    /// <summary>The format for a path.</summary>
    /// <exception cref="UsageException">The extension is of no known format.</exception>
    public static ICodeFormat For(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".npy" => new NpyCodes(),
        ".safetensors" => new SafetensorsCodes(),
        string other => throw new UsageException($"'{path}': codes are kept in .npy or .safetensors files, not '{other}'."),
    };
}
