using System.Globalization;
using AudioCodec.Checkpoints;
using AudioCodec.Files;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;

namespace AudioCodec.Training.Trainers;

/// <summary>Writes a language model as the managed engine reads it.</summary>
internal static class LmExport
{
    private const string SavingEntry = "saving_percent";

    /// <summary>Writes <c>model.safetensors</c>, with the averaged weights where there are some, and the <c>config.json</c> beside it.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="network">The model.</param>
    /// <param name="optimizer">Holds the averages.</param>
    /// <param name="step">Steps made.</param>
    /// <param name="savingPercent">What it saved in its validation, or <see langword="null"/> where there was none.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, EntropyNetwork network, NamedAdam optimizer, long step, double? savingPercent)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata("step", step.ToString(CultureInfo.InvariantCulture));
        writer.SetMetadata("model", network.Config.Name);
        if (savingPercent is { } saving)
        {
            writer.SetMetadata(SavingEntry, saving.ToString("R", CultureInfo.InvariantCulture));
        }

        ParameterSetExport.Add(writer, network.Tensors, optimizer);
        writer.Save(Path.Combine(folder, CodecExport.FileName));
        AtomicFile.Write(Path.Combine(folder, "config.json"), network.Config.ToJson());
    }

    /// <summary>What the model in a run's folder saved in its validation, or <see langword="null"/>.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public static double? ReadSaving(string folder)
    {
        string path = Path.Combine(folder, CodecExport.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Metadata.TryGetValue(SavingEntry, out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double saving)
            ? saving
            : null;
    }
}
