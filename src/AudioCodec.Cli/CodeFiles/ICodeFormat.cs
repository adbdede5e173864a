using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.CodeFiles;

/// <summary>A kind of file that holds codes.</summary>
internal interface ICodeFormat
{
    /// <summary>Writes codes.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="path">Name for messages.</param>
    /// <exception cref="UsageException">The format cannot hold these codes.</exception>
    void Write(Stream stream, CodeArray codes, string path);

    /// <summary>Reads codes.</summary>
    /// <exception cref="CheckpointException">The file is damaged or holds no codes.</exception>
    CodeArray Read(string path);
}
