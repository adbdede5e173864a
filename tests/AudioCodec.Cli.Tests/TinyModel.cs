using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Tests;

/// <summary>Checkpoint folders of the golden set's tiny models, as a user would name them with <c>--checkpoint</c>.</summary>
internal static class TinyModel
{
    /// <summary>Writes the folder of a model into <paramref name="root"/> and gives its path.</summary>
    public static string Install(TemporaryFolder root, EncodecConfig? config = null, CheckpointStatus status = CheckpointStatus.Release, string? name = null)
    {
        config ??= TinyConfigs.Causal;
        string folder = Directory.CreateDirectory(root[$"model-{name ?? config.Name}"]).FullName;
        File.Copy(Fixtures.Path($"golden/{config.Name}.weights.safetensors"), Path.Combine(folder, "model.safetensors"));
        EncodecConfigJson.Write(Path.Combine(folder, "config.json"), config, status);
        return folder;
    }
}
