using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Files;

namespace AudioCodec.Models;

/// <summary>Writes the folder of an entropy model: <c>config.json</c>, <c>model.safetensors</c>, <c>FINGERPRINTS</c>, <c>SHA256SUMS</c>.</summary>
public static class EntropyModelFolder
{
    /// <summary>Writes configuration, weights, fingerprint and hashes. An existing model card is kept and hashed too.</summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="config">The configuration; its status and codec fingerprint are written with it.</param>
    /// <param name="weights">Its tensors under the official names.</param>
    /// <param name="type"><see cref="TensorType.F16"/> halves the size; the probabilities, and so the files, are then those of the rounded weights.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static void Save(string folder, EntropyModelConfig config, StateDict weights, TensorType type = TensorType.F16)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        var writer = new SafetensorsWriter();
        writer.SetMetadata("name", config.Name);
        foreach ((string name, int[] shape) in EntropyTensors.For(config))
        {
            writer.Add(name, shape, weights.Get(name, shape), type);
        }

        Directory.CreateDirectory(folder);
        writer.Save(Path.Combine(folder, CheckpointFolder.WeightsFile));
        AtomicFile.Write(Path.Combine(folder, CheckpointFolder.ConfigName), config.ToJson());
        FingerprintFile.Write(folder, (FingerprintFile.Weights, WeightsFingerprint.Of(CheckpointLoader.LoadTensors(folder))));
        CheckpointFolder.WriteSums(folder);
    }
}
