using System.Globalization;
using AudioCodec.Checkpoints;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>A part of a run's state: a network and its optimizer, under a prefix of their own.</summary>
internal readonly record struct StatePart(string Prefix, ParameterSet Set, NamedAdam Optimizer);

/// <summary>The state of a run in one safetensors file: weights, moments and averages as tensors, everything else as metadata.</summary>
/// <remarks>Random numbers and data are functions of seed and step, so the step is all that is needed of them.</remarks>
internal static class TrainingState
{
    /// <summary>File of the state in a run's folder.</summary>
    public const string FileName = "state.safetensors";

    private const string PreviousFileName = "state.previous.safetensors";
    private const string NextFileName = "state.next.safetensors";
    private const string StepKey = "step";

    /// <summary>The state that a run goes on from, or <see langword="null"/> where there is none.</summary>
    /// <remarks>
    /// A process that is killed between the two renames of <see cref="Save"/> leaves no <see cref="FileName"/>, but a complete new state under
    /// its first name and the old one under its last.
    /// </remarks>
    public static string? Find(string folder) =>
        new[] { FileName, NextFileName, PreviousFileName }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Writes the state; that of an earlier step stays as <c>state.previous.safetensors</c>. What fails leaves both as they were.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    /// <exception cref="CheckpointException">The file that stands there is no training state.</exception>
    public static void Save(string folder, long step, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StatePart> parts)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata(StepKey, step.ToString(CultureInfo.InvariantCulture));
        foreach ((string key, string value) in metadata)
        {
            writer.SetMetadata(key, value);
        }

        foreach ((string prefix, ParameterSet set, NamedAdam optimizer) in parts)
        {
            writer.SetMetadata($"{prefix}.updates", optimizer.Steps.ToString(CultureInfo.InvariantCulture));
            foreach (string name in set.Names)
            {
                Add(writer, $"{prefix}/{name}", set[name]);
            }

            foreach ((string name, Tensor value) in optimizer.State)
            {
                Add(writer, $"{prefix}.optimizer/{name}", value);
            }
        }

        string path = Path.Combine(folder, FileName);
        string next = Path.Combine(folder, NextFileName);
        writer.Save(next);
        if (File.Exists(path) && StepOf(path) != step)
        {
            File.Move(path, Path.Combine(folder, PreviousFileName), overwrite: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>Restores what <see cref="Save"/> wrote; a part that the file lacks stays as it is, except for the first.</summary>
    /// <returns>Steps made, and the metadata.</returns>
    /// <exception cref="CheckpointException">The file is damaged or belongs to another configuration.</exception>
    public static (long Step, IReadOnlyDictionary<string, string> Metadata) Load(string path, IReadOnlyList<StatePart> parts)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        StateDict all = file.ToStateDict();
        for (int i = 0; i < parts.Count; i++)
        {
            (string prefix, ParameterSet set, NamedAdam optimizer) = parts[i];

            // A discriminator may join a run that was saved without one: it then starts fresh.
            if (i > 0 && !file.Metadata.ContainsKey($"{prefix}.updates"))
            {
                continue;
            }

            set.Load(new StateDict(path, Under(all, $"{prefix}/")));
            optimizer.Steps = ReadLong(file, $"{prefix}.updates", path);
            foreach ((string name, Tensor target) in optimizer.State)
            {
                Restore(all, $"{prefix}.optimizer/{name}", target);
            }
        }

        return (ReadLong(file, StepKey, path), file.Metadata);
    }

    private static long StepOf(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return ReadLong(file, StepKey, path);
    }

    private static void Add(SafetensorsWriter writer, string name, Tensor value)
    {
        CheckpointTensor plain = ParameterSet.ToCheckpointTensor(value);
        writer.Add(name, plain.Shape, plain.Values);
    }

    private static void Restore(StateDict all, string name, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        float[] values = all.Get(name, [.. target.shape.Select(d => (int)d)]);
        target.copy_(tensor(values, target.shape, dtype: null, device: target.device));
    }

    private static Dictionary<string, CheckpointTensor> Under(StateDict all, string prefix) =>
        all.Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

    private static long ReadLong(SafetensorsFile file, string key, string path) =>
        file.Metadata.TryGetValue(key, out string? text) && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new CheckpointException($"'{path}' is no training state: its metadata lack '{key}'. Give the state.safetensors of a run.", path);
}
