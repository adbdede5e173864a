using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Models;

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

    /// <summary>Changes one value of a tensor in a model's folder.</summary>
    public static void Change(string folder, string tensor)
    {
        LoadedCheckpoint loaded = CheckpointLoader.Load(folder);
        var tensors = new Dictionary<string, CheckpointTensor>(loaded.Weights.Tensors, StringComparer.Ordinal);
        float[] values = tensors[tensor].Values;
        tensors[tensor] = new CheckpointTensor(tensors[tensor].Shape, [values[0] + 0.5f, .. values[1..]]);
        CheckpointFolder.SaveCodec(folder, loaded.Config, new StateDict("changed", tensors), loaded.Status, TensorType.F32);
    }
}
