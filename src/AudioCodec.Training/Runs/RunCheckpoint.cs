using System.Globalization;
using AudioCodec.Checkpoints;
using AudioCodec.Files;
using AudioCodec.Models;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Optimization;
using static TorchSharp.torch;

namespace AudioCodec.Training.Runs;

/// <summary>The checkpoints in a run's folder: the state that a run goes on from, and the model for the managed engine.</summary>
/// <remarks>
/// The state is one safetensors file: weights, moments and averages as tensors, everything else as metadata. Random numbers and data are
/// functions of seed and step, so the step is all that is needed of them.
/// </remarks>
/// <param name="folder">The run's folder.</param>
/// <param name="networks">What is trained; the first is the model.</param>
internal sealed class RunCheckpoint(string folder, IReadOnlyList<TrainedNetwork> networks)
{
    /// <summary>File of the state.</summary>
    public const string StateFile = RunFolder.StateFile;

    /// <summary>File of the model's tensors.</summary>
    public const string ModelFile = "model.safetensors";

    private const string PreviousStateFile = "state.previous.safetensors";
    private const string NextStateFile = "state.next.safetensors";
    private const string StepKey = "step";
    private const string FormatKey = "format";

    /// <summary>Raised whenever older states cannot be gone on from.</summary>
    private const string Format = "2";

    /// <summary>Path of the state in a folder that a run goes on from, or <see langword="null"/> where there is none.</summary>
    /// <remarks>
    /// A process that is killed between the two renames of <see cref="SaveState"/> leaves no <see cref="StateFile"/>, but a complete new
    /// state under its first name and the old one under its last.
    /// </remarks>
    public string? FindState() =>
        new[] { StateFile, NextStateFile, PreviousStateFile }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Writes the state; that of an earlier step stays as <c>state.previous.safetensors</c>. After a failure both are as they were.</summary>
    /// <param name="step">Steps made.</param>
    /// <param name="metadata">What the trainer needs beside its networks.</param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    /// <exception cref="CheckpointException">The file that stands there is no training state.</exception>
    public void SaveState(long step, IReadOnlyDictionary<string, string> metadata)
    {
        SafetensorsWriter writer = CreateWriter(step, metadata);
        writer.SetMetadata(FormatKey, Format);
        foreach (TrainedNetwork network in networks)
        {
            foreach ((string name, CheckpointTensor value) in network.State())
            {
                writer.Add($"{network.Name}/{name}", value.Shape, value.Values);
            }
        }

        string path = Path.Combine(folder, StateFile);
        string next = Path.Combine(folder, NextStateFile);
        writer.Save(next);
        if (File.Exists(path) && StepOf(path) != step)
        {
            File.Move(path, Path.Combine(folder, PreviousStateFile), overwrite: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>Restores what <see cref="SaveState"/> wrote. A network that the state lacks stays as it is, except for the model.</summary>
    /// <returns>Steps made, and the metadata.</returns>
    /// <exception cref="CheckpointException">The file is damaged, of another format, or belongs to another configuration.</exception>
    public (long Step, IReadOnlyDictionary<string, string> Metadata) LoadState(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        long step = StepOf(file, path);
        if (file.Metadata.GetValueOrDefault(FormatKey) != Format)
        {
            throw new CheckpointException(
                $"'{path}' is a training state of another version of this program, which this one cannot go on from. Start a run in another folder; "
                + $"it can be initialized from the {ModelFile} beside that state.",
                path);
        }

        StateDict all = file.ToStateDict();
        foreach (TrainedNetwork network in networks)
        {
            string prefix = network.Name + "/";
            Dictionary<string, CheckpointTensor> own = all.Tensors
                .Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value, StringComparer.Ordinal);

            // A discriminator may join a run that was saved without one: it then starts fresh.
            if (own.Count > 0 || network == networks[0])
            {
                network.Restore(new StateDict(path, own));
            }
        }

        return (step, file.Metadata);
    }

    /// <summary>Writes the model as the managed engine reads it: averages where there are some, under the official names, and <c>config.json</c>.</summary>
    /// <param name="step">Steps made.</param>
    /// <param name="config">The model's configuration, JSON.</param>
    /// <param name="metadata">What else is known of the model.</param>
    /// <param name="rename">Gives each tensor's name in the file, where it is not the network's.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void SaveModel(long step, string config, IReadOnlyDictionary<string, string> metadata, Func<string, string>? rename = null)
    {
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Dictionary<string, Tensor> tensors = networks[0].AveragedTensors();
        ChannelCenter.Fold(tensors);
        SafetensorsWriter writer = CreateWriter(step, metadata);
        foreach ((string name, Tensor tensor) in tensors)
        {
            CheckpointTensor value = tensor.ToCheckpointTensor();
            writer.Add(rename is null ? name : rename(name), value.Shape, value.Values);
        }

        writer.Save(Path.Combine(folder, ModelFile));
        AtomicFile.Write(Path.Combine(folder, "config.json"), config);
    }

    /// <summary>Metadata of the model in the folder; empty where there is none.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public IReadOnlyDictionary<string, string> ReadModelMetadata()
    {
        string path = Path.Combine(folder, ModelFile);
        if (!File.Exists(path))
        {
            return new Dictionary<string, string>();
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Metadata;
    }

    private static SafetensorsWriter CreateWriter(long step, IReadOnlyDictionary<string, string> metadata)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata(StepKey, step.ToString(CultureInfo.InvariantCulture));
        foreach ((string key, string value) in metadata)
        {
            writer.SetMetadata(key, value);
        }

        return writer;
    }

    private static long StepOf(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return StepOf(file, path);
    }

    private static long StepOf(SafetensorsFile file, string path) =>
        long.TryParse(file.Metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? step
            : throw new CheckpointException($"'{path}' is no training state: its metadata lack '{StepKey}'. Give the {StateFile} of a run.", path);
}
