using System.Globalization;
using AudioCodec.Checkpoints;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>The whole state of a run in one safetensors file: weights, codebooks, optimizers, averages, balancer, step.</summary>
/// <remarks>Random numbers and data are functions of seed and step, so the step is all that is needed of them.</remarks>
internal static class CodecCheckpoint
{
    /// <summary>Writes the state under a temporary name, then renames it.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void Save(string path, long step, bool quantizing, IReadOnlyList<(string Prefix, ParameterSet Set, NamedAdam Optimizer)> parts, Balancer balancer)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata("step", step.ToString(CultureInfo.InvariantCulture));
        writer.SetMetadata("quantizing", quantizing ? "1" : "0");
        foreach ((string name, (double total, double count)) in balancer.State)
        {
            writer.SetMetadata($"balancer.{name}", $"{total.ToString("R", CultureInfo.InvariantCulture)} {count.ToString("R", CultureInfo.InvariantCulture)}");
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

        writer.Save(path);
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <returns>Steps made, and whether the quantizer is in use.</returns>
    /// <exception cref="CheckpointException">The file is damaged or belongs to another configuration.</exception>
    public static (long Step, bool Quantizing) Load(string path, IReadOnlyList<(string Prefix, ParameterSet Set, NamedAdam Optimizer)> parts, Balancer balancer)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        StateDict all = file.ToStateDict();
        foreach ((string prefix, ParameterSet set, NamedAdam optimizer) in parts)
        {
            // A discriminator may join a run that was saved without one: it then starts fresh.
            if (!file.Metadata.ContainsKey($"{prefix}.updates") && prefix != "codec")
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

        foreach ((string key, string value) in file.Metadata.Where(m => m.Key.StartsWith("balancer.", StringComparison.Ordinal)))
        {
            string[] numbers = value.Split(' ');
            balancer.Restore(
                key["balancer.".Length..],
                double.Parse(numbers[0], CultureInfo.InvariantCulture),
                double.Parse(numbers[1], CultureInfo.InvariantCulture));
        }

        return (ReadLong(file, "step", path), file.Metadata.GetValueOrDefault("quantizing") == "1");
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
