using System.Text;

namespace AudioCodec.Training.Trainers;

/// <summary>Small files that are there whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes text as UTF-8.</summary>
    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte})" path="/exception"/>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file under a temporary name, then renames it.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
