using System.Globalization;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Files;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;

namespace AudioCodec.Training.Trainers;

/// <summary>Writes a network as the managed engine reads it: tensors under their official names.</summary>
internal static class CodecExport
{
    /// <summary>File of the tensors in a run's folder.</summary>
    public const string FileName = "model.safetensors";

    /// <summary>Writes <c>model.safetensors</c>, with the averaged weights where there are some, and the <c>config.json</c> beside it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, EncodecNetwork network, NamedAdam optimizer, long step)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata("step", step.ToString(CultureInfo.InvariantCulture));
        writer.SetMetadata("model", network.Config.Name);
        ParameterSetExport.Add(writer, network.Tensors, optimizer);
        writer.Save(Path.Combine(folder, FileName));
        AtomicFile.Write(Path.Combine(folder, "config.json"), EncodecConfigJson.Format(network.Config, CheckpointStatus.Preview));
    }
}
