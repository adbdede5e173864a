using AudioCodec.Audio;

namespace AudioCodec.Training.Data.Generation;

/// <summary>Sorts files by the keys of a setting: a file counts for the first of its labels that is a key, else for its kind.</summary>
internal static class ClipGroups
{
    /// <summary>The key that a file counts for.</summary>
    public static string Of<T>(AudioClip clip, IReadOnlyDictionary<string, T> keys) => clip.Labels.FirstOrDefault(keys.ContainsKey) ?? clip.Kind;
}
