namespace AudioCodec.Cli.InputOutput;

/// <summary>The recordings that a command works on: a folder, an audio file or a manifest.</summary>
internal static class DataPath
{
    /// <summary>Refuses a path that is not there, before what it is decides how it is read.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static string Require(string path) => Path.Exists(path) ? path : throw new FileNotFoundException($"'{path}' does not exist.", path);
}
