using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Files;

namespace AudioCodec.Models;

/// <summary>Writes the folder of a sound classifier: <c>config.json</c>, <c>model.safetensors</c>, <c>SHA256SUMS</c>.</summary>
public static class ClassifierFolder
{
    /// <summary>Writes configuration, weights and hashes. An existing model card is kept and hashed too.</summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="weights">Its tensors.</param>
    /// <param name="type"><see cref="TensorType.F16"/> halves the size.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static void Save(string folder, ClassifierConfig config, StateDict weights, TensorType type = TensorType.F16)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        var writer = new SafetensorsWriter();
        writer.SetMetadata("name", config.Validated().Name);
        foreach ((string name, int[] shape) in ClassifierTensors.For(config))
        {
            writer.Add(name, shape, weights.Get(name, shape), type);
        }

        Directory.CreateDirectory(folder);
        writer.Save(Path.Combine(folder, CheckpointFolder.WeightsFile));
        AtomicFile.Write(Path.Combine(folder, CheckpointFolder.ConfigName), config.ToJson());
        CheckpointFolder.WriteSums(folder);
    }
}
