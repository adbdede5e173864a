using System.CommandLine;
using AudioCodec.Checkpoints;
using AudioCodec.Checkpoints.Store;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec export</c>: writes a trained or downloaded codec as a checkpoint folder that the library loads.</summary>
internal static class ExportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("checkpoint") { Description = "Folder of a training run, or any codec checkpoint." };
        var output = new Option<string>("--output", "-o") { Description = "Folder to write; created where it is missing.", Required = true };
        var single = new Option<bool>("--fp32") { Description = "Keep single precision; the default halves the file by storing fp16." };
        var release = new Option<bool>("--release") { Description = "Mark the model as finished; the default is preview." };
        var force = new Option<bool>("--force", "-f") { Description = "Replace a model that the folder holds already." };
        var command = new Command("export", "Write a codec as a checkpoint folder: config.json, model.safetensors, SHA256SUMS.")
        {
            source, output, single, release, force,
        };
        command.SetAction(parseResult =>
        {
            string folder = parseResult.GetRequiredValue(output);
            string weights = Path.Combine(folder, "model.safetensors");
            if (File.Exists(weights) && !parseResult.GetValue(force))
            {
                throw new IOException($"{weights} exists already. Use --force to replace it, or another folder.");
            }

            LoadedCheckpoint loaded = CheckpointLoader.Load(parseResult.GetRequiredValue(source));
            CheckpointFolder.SaveCodec(
                folder,
                loaded.Config,
                loaded.Weights,
                parseResult.GetValue(release) ? CheckpointStatus.Release : CheckpointStatus.Preview,
                parseResult.GetValue(single) ? TensorType.F32 : TensorType.F16);
            CliSession.Of(parseResult).Message($"wrote {loaded.Config.Name} to {folder} ({new FileInfo(weights).Length / 1e6:F1} MB of weights)");
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec export runs/first -o checkpoints/my_codec", "the averaged weights of a training run, half precision"),
            ("audiocodec export encodec_24khz-d7cc33bc.th -o encodec_24khz --fp32", "an official checkpoint without its pickle"));
    }
}
