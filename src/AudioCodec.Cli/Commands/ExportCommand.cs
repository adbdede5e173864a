using System.CommandLine;
using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Files;
using AudioCodec.Generation.Configuration;
using AudioCodec.Models;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec export</c>: writes a trained or downloaded model as a checkpoint folder that the library loads.</summary>
internal static class ExportCommand
{
    private const string ConfigName = "config.json";

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("checkpoint") { Description = "Folder of a training run (codec, language model, generator or classifier), or any codec checkpoint." };
        var output = new Option<string>("--output", "-o") { Description = "Folder to write; created where it is missing.", Required = true };
        var single = new Option<bool>("--fp32") { Description = "Keep single precision; the default halves the file by storing fp16." };
        var asked = new Option<string?>("--name") { Description = "Name of the model, in its configuration, its card and the files made with it; the name of the run's folder by default, and of what is no run its own.", HelpName = "name" };
        var release = new Option<bool>("--release") { Description = "Mark the model as finished; the default is preview." };
        var force = new Option<bool>("--force", "-f") { Description = "Replace a model that the folder holds already." };
        var command = new Command("export", "Write a model as a checkpoint folder: config.json, model.safetensors, SHA256SUMS.")
        {
            source, output, asked, single, release, force,
        };
        command.SetAction(parseResult =>
        {
            string folder = parseResult.GetRequiredValue(output);
            string weights = Path.Combine(folder, "model.safetensors");
            if (File.Exists(weights) && !parseResult.GetValue(force))
            {
                throw new IOException($"{weights} exists already. Use --force to replace it, or another folder.");
            }

            string path = parseResult.GetRequiredValue(source);
            OutputFolder.RefuseInput([path], folder);
            OutputFolder.RefuseInput([path], weights);
            CheckpointStatus status = parseResult.GetValue(release) ? CheckpointStatus.Release : CheckpointStatus.Preview;
            TensorType type = parseResult.GetValue(single) ? TensorType.F32 : TensorType.F16;
            string? own = parseResult.GetValue(asked);
            string Name(string stated) => NameFor(path, stated, own);
            string name = KindOf(path) switch
            {
                EntropyModelConfig.Kind => ExportLanguageModel(path, folder, Name, status, type),
                ClassifierConfig.Kind => ExportClassifier(path, folder, Name, status, type),
                GeneratorConfig.Kind => GeneratorFolder.Export(path, folder, status, type, Name(CheckpointFolder.Describe(path).Name)).Name,
                _ => ExportCodec(path, folder, Name, status, type),
            };
            CliSession.Of(parseResult).Message($"wrote {name} to {folder} ({new FileInfo(weights).Length / 1e6:F1} MB of weights)");
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec export runs/first -o checkpoints/my_codec", "the averaged weights of a training run, half precision; a model named 'first'"),
            ("audiocodec export runs/first -o checkpoints/my_codec --name my_codec", "the same under another name"),
            ("audiocodec export runs/lm -o checkpoints/my_codec_lm", "the language model of my_codec, where 'compress -l' finds it"),
            ("audiocodec export runs/sounds -o checkpoints/my_sounds", "the best averaged weights of a generator, with text encoder and tokenizer"),
            ("audiocodec export encodec_24khz-d7cc33bc.th -o encodec_24khz --fp32", "an official checkpoint without its pickle"));
    }

    /// <exception cref="UsageException">A model cannot have that name, or another one is known by it.</exception>
    private static string NameFor(string path, string stated, string? asked)
    {
        try
        {
            return CheckpointFolder.NameForExport(path, stated, asked);
        }
        catch (ArgumentException refusal)
        {
            throw new UsageException($"{refusal.Message} --name gives one.");
        }
    }

    private static string ExportCodec(string path, string folder, Func<string, string> nameOf, CheckpointStatus status, TensorType type)
    {
        LoadedCheckpoint loaded = CheckpointLoader.Load(path);
        EncodecConfig config = loaded.Config with { Name = nameOf(loaded.Config.Name) };
        CheckpointFolder.SaveCodec(folder, config, loaded.Weights, status, type);
        return config.Name;
    }

    private static string ExportLanguageModel(string path, string folder, Func<string, string> nameOf, CheckpointStatus status, TensorType type)
    {
        string file = Path.Combine(path, ConfigName);
        EntropyModelConfig config = EntropyModelConfig.Parse(ConfigFile.ReadBytes(file), file);
        config = config with { Status = status, Name = nameOf(config.Name) };
        StateDict weights = CheckpointLoader.LoadTensors(path);
        Directory.CreateDirectory(folder);
        string card = Path.Combine(folder, "README.md");
        if (!File.Exists(card))
        {
            AtomicFile.Write(card, LanguageModelCard.Write(config, status, Path.Combine(path, "log.jsonl")));
        }

        EntropyModelFolder.Save(folder, config, weights, type);
        return config.Name;
    }

    private static string ExportClassifier(string path, string folder, Func<string, string> nameOf, CheckpointStatus status, TensorType type)
    {
        string file = Path.Combine(path, ConfigName);
        ClassifierConfig config = ClassifierConfig.Parse(ConfigFile.ReadBytes(file), file);
        config = config with { Status = status, Name = nameOf(config.Name) };
        ClassifierFolder.Save(folder, config, CheckpointLoader.LoadTensors(path), type);
        return config.Name;
    }

    /// <summary>The kind of model that a folder's configuration states, or <see langword="null"/>.</summary>
    private static string? KindOf(string path)
    {
        try
        {
            return Directory.Exists(path) ? CheckpointFolder.Describe(path).Kind : null;
        }
        catch (ConfigException)
        {
            // The loader of codecs says what is wrong with it.
            return null;
        }
    }
}
