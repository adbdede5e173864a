using System.Security.Cryptography;

namespace AudioCodec.Checkpoints;

/// <summary>SHA-256 of files, and the side files that record it.</summary>
internal static class Sha256File
{
    /// <summary>Number of hexadecimal digits of a whole hash.</summary>
    public const int Digits = 64;

    /// <summary>Hash of a file, lower-case hexadecimal.</summary>
    public static async Task<string> ComputeAsync(string path, CancellationToken cancellation)
    {
        FileStream stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
        }
    }

    /// <summary>Hash of a file, lower-case hexadecimal.</summary>
    public static string Compute(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Whether text is a whole hash in lower-case hexadecimal.</summary>
    public static bool IsHash(string text) => text.Length == Digits && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');
}
