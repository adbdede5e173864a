using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Loading;
using AudioCodec.Models;

namespace AudioCodec.Training.Trainers;

/// <summary>The codec on whose codes a model is trained.</summary>
internal static class CodecOfRun
{
    /// <summary>Key of its fingerprint in the metadata of a state.</summary>
    public const string Key = "codec_fingerprint";

    /// <summary>Loads it, under the name that it is exported with.</summary>
    /// <param name="nameOrPath">Name or path of a model.</param>
    /// <param name="trained">What is trained, for messages.</param>
    /// <exception cref="ConfigException">None is given.</exception>
    /// <exception cref="CheckpointException">It cannot be loaded.</exception>
    public static LoadedCheckpoint Load(string? nameOrPath, string trained)
    {
        if (string.IsNullOrEmpty(nameOrPath))
        {
            throw new ConfigException($"{trained} is trained on the codes of a codec, and none is given: name a model or a checkpoint folder.", "codec");
        }

        using var store = new ModelStore();
        string path = store.Find(nameOrPath);
        LoadedCheckpoint codec = CheckpointLoader.Load(path);
        return codec with { Config = codec.Config with { Name = RunFolder.NameOf(path, codec.Config.Name) } };
    }

    /// <summary>Checks that a run goes on with the codec that it was started with.</summary>
    /// <param name="path">Path of the state.</param>
    /// <param name="metadata">Metadata of the state.</param>
    /// <param name="given">Fingerprint of the codec that is given now.</param>
    /// <exception cref="CheckpointException">It is another one.</exception>
    public static void RequireSame(string path, IReadOnlyDictionary<string, string> metadata, WeightsFingerprint given)
    {
        if (metadata.GetValueOrDefault(Key) is { } started && started != given.ToString())
        {
            throw new CheckpointException($"{path}: this run was started on the codes of a codec with weights {started}; the codec given now has {given}. Give the one that it was started with.", path);
        }
    }
}
