using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Models;

/// <summary>A training run's folder, seen as a model.</summary>
internal static class RunFolder
{
    /// <summary>File of the state that a run goes on from.</summary>
    public const string StateFile = "state.safetensors";

    /// <summary>The name of a model that is exported: a run's is that of its folder, since the runs of one recipe all state the recipe's.</summary>
    /// <param name="path">The model's folder or weights file.</param>
    /// <param name="stated">The name in its configuration.</param>
    public static string NameOf(string path, string stated)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string folder = Directory.Exists(full) ? full : Path.GetDirectoryName(full) ?? full;
        if (!File.Exists(Path.Combine(folder, StateFile)))
        {
            return stated;
        }

        // A name stands in headers and names folders: what may not stand there becomes '_'.
        string name = string.Concat(Path.GetFileName(folder).Select(c => ConfigRule.IsNameCharacter(c) ? c : '_')).TrimStart('.');
        return name.Length > ConfigRule.MaxNameChars ? name[..ConfigRule.MaxNameChars] : name.Length > 0 ? name : stated;
    }
}
