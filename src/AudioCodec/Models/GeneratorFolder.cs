using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Files;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Loading;
using AudioCodec.Generation.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Models;

/// <summary>Writes the folder of a generator: <c>config.json</c>, <c>model.safetensors</c> with transformer and text encoder, <c>spiece.model</c>, <c>SHA256SUMS</c>.</summary>
public static class GeneratorFolder
{
    /// <summary>Name of the tokenizer's file.</summary>
    internal const string Tokenizer = "spiece.model";

    /// <summary>Writes the generator of a training run, or of another such folder, into a folder of its own.</summary>
    /// <param name="source">The run's folder.</param>
    /// <param name="folder">The folder to write; created where it is missing.</param>
    /// <param name="status">State of the training.</param>
    /// <param name="type"><see cref="TensorType.F16"/> halves the size at a relative rounding error of up to 2^-11 per weight; <see cref="TensorType.F32"/> is exact.</param>
    /// <returns>The generator's configuration.</returns>
    /// <exception cref="CheckpointException">The source holds no generator, or is damaged.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read, or it holds no text encoder of its own where it should.</exception>
    public static GeneratorConfig Export(string source, string folder, CheckpointStatus status, TensorType type = TensorType.F16) =>
        Export(source, folder, status, type, name: null);

    /// <summary>As the other, with a name of its own unless that is <see langword="null"/>.</summary>
    internal static GeneratorConfig Export(string source, string folder, CheckpointStatus status, TensorType type, string? name)
    {
        using GeneratorCheckpoint run = GeneratorCheckpoint.Open(source);
        GeneratorConfig config = run.Config with { Status = status, Name = name ?? run.Config.Name };
        byte[] tokenizer = config.TextEncoder is null ? [] : File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(run.Path)!, Tokenizer)); // A file lies in a folder.
        Save(folder, config, run.Transformer, run.TextEncoder, tokenizer, type);
        return config;
    }

    /// <summary>Writes configuration, weights, tokenizer and hashes. An existing model card is kept and hashed too.</summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="config">The configuration, with the shape of the text encoder where its weights are written too.</param>
    /// <param name="transformer">The transformer's tensors, named as <see cref="TokenModelTensors"/> lists them.</param>
    /// <param name="textEncoder">The text encoder's tensors under their Hugging Face names; not used where the configuration only names a text encoder.</param>
    /// <param name="tokenizer">The text encoder's SentencePiece model; not used where the configuration only names a text encoder.</param>
    /// <param name="type"><see cref="TensorType.F16"/> halves the size at a relative rounding error of up to 2^-11 per weight; <see cref="TensorType.F32"/> is exact.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    internal static void Save(
        string folder, GeneratorConfig config, StateDict transformer, StateDict? textEncoder, ReadOnlySpan<byte> tokenizer, TensorType type = TensorType.F16)
    {
        byte[] json = GeneratorConfigJson.Format(config);
        var writer = new SafetensorsWriter();
        writer.SetMetadata("name", config.Name);
        Add(writer, "", TokenModelTensors.For(config.Transformer), transformer, type);
        if (config.TextEncoder is T5Config shape)
        {
            ArgumentNullException.ThrowIfNull(textEncoder);
            Add(writer, GeneratorCheckpoint.TextEncoderPrefix, T5EncoderTensors.For(shape), textEncoder, type);
        }

        Directory.CreateDirectory(folder);
        writer.Save(Path.Combine(folder, CheckpointFolder.WeightsFile));
        AtomicFile.Write(Path.Combine(folder, CheckpointFolder.ConfigName), json);
        if (config.TextEncoder is not null)
        {
            AtomicFile.Write(Path.Combine(folder, Tokenizer), tokenizer);
        }

        CheckpointFolder.WriteSums(folder);
    }

    private static void Add(SafetensorsWriter writer, string prefix, IReadOnlyList<(string Name, int[] Shape)> tensors, StateDict weights, TensorType type)
    {
        foreach ((string name, int[] shape) in tensors)
        {
            writer.Add(prefix + name, shape, weights.Get(name, shape), type);
        }
    }
}
