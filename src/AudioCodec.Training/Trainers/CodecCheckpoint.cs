using System.Globalization;
using AudioCodec.Training.Losses;

namespace AudioCodec.Training.Trainers;

/// <summary>The whole state of a codec's run: weights, codebooks, optimizers, averages, balancer, step.</summary>
internal static class CodecCheckpoint
{
    /// <summary>Writes the state into a run's folder.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void Save(string folder, long step, bool quantizing, IReadOnlyList<StatePart> parts, Balancer balancer)
    {
        var metadata = new Dictionary<string, string> { ["quantizing"] = quantizing ? "1" : "0" };
        foreach ((string name, (double total, double count)) in balancer.State)
        {
            metadata[$"balancer.{name}"] = $"{total.ToString("R", CultureInfo.InvariantCulture)} {count.ToString("R", CultureInfo.InvariantCulture)}";
        }

        TrainingState.Save(folder, step, metadata, parts);
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <returns>Steps made, and whether the quantizer is in use.</returns>
    /// <exception cref="CheckpointException">The file is damaged or belongs to another configuration.</exception>
    public static (long Step, bool Quantizing) Load(string path, IReadOnlyList<StatePart> parts, Balancer balancer)
    {
        (long step, IReadOnlyDictionary<string, string> metadata) = TrainingState.Load(path, parts);
        foreach ((string key, string value) in metadata.Where(m => m.Key.StartsWith("balancer.", StringComparison.Ordinal)))
        {
            string[] numbers = value.Split(' ');
            balancer.Restore(
                key["balancer.".Length..],
                double.Parse(numbers[0], CultureInfo.InvariantCulture),
                double.Parse(numbers[1], CultureInfo.InvariantCulture));
        }

        return (step, metadata.GetValueOrDefault("quantizing") == "1");
    }
}
