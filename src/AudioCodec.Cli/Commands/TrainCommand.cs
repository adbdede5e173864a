using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;
using AudioCodec.Evaluation.Reports;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec train</c>: trains models by the recipes under <c>configs/train</c>.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> s_config = new("--config", "-c") { Description = "Recipe: a YAML file, or the name of one that comes with the program, such as codec_24khz_cpu.", Required = true };
    private static readonly Option<string> s_data = new("--data", "-d") { Description = "Folder of audio (names of subfolders are the kinds), or a JSONL manifest.", Required = true };
    private static readonly Option<string> s_run = new("--run", "-o") { Description = "Folder of the run; a run that is there is resumed.", DefaultValueFactory = _ => "runs/default" };
    private static readonly Option<string> s_device = new Option<string>("--device") { Description = "cpu or cuda.", DefaultValueFactory = _ => "cpu" }.AcceptOnlyFromAmong("cpu", "cuda");
    private static readonly Option<string> s_precision = new Option<string>("--precision") { Description = "fp32 or bf16.", DefaultValueFactory = _ => "fp32" }.AcceptOnlyFromAmong("fp32", "bf16");
    private static readonly Option<string?> s_init = new("--init") { Description = "Checkpoint (safetensors) that a fresh run starts from." };
    private static readonly Option<int> s_threads = new("--threads") { Description = "Threads on a CPU; 0 for all." };
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Check recipe, data and memory with one step, then stop." };
    private static readonly Option<string> s_codec = new("--codec") { Description = "Codec whose codes or output the model learns: a checkpoint folder, or a model's name.", Required = true };
    private static readonly Argument<string[]> s_overrides = new("overrides") { Description = "Settings that replace the recipe's, such as optimizer.lr=1e-3.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>The command with its subcommands.</summary>
    public static Command Create()
    {
        var train = new Command("train", "Train a codec, the language model of its entropy coder, a generator of audio from text, or a classifier of sounds.");
        Command codec = WithOptions(new Command("codec", "Train a codec."));
        codec.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                CliSession session = CliSession.Of(parsed);
                CodecTrainSettings settings = SettingsFile.Load<CodecTrainSettings>(RecipeFile.Find(parsed.GetValue(s_config)!), parsed.GetValue(s_overrides) ?? []);
                using var trainer = new CodecTrainer(settings, OptionsOf(parsed, session));
                return Run(trainer, cancellation);
            },
            CancellationToken.None));
        train.Subcommands.Add(codec.WithExamples(
            ("audiocodec train codec -c codec_24khz_cpu -d recordings/ -o runs/first", "train a codec, or resume the run"),
            ("audiocodec train codec -c recipe.yaml -d manifest.jsonl -o runs/small model.filters=16 run.steps=20000", "settings of the recipe replaced"),
            ("audiocodec train codec -c recipe.yaml -d recordings/ --dry-run", "one step, to check recipe, data and memory")));
        train.Subcommands.Add(CreateLanguageModel());
        train.Subcommands.Add(CreateGenerator());
        train.Subcommands.Add(CreateClassifier());
        return train.WithExamples(
            ("audiocodec train codec -c codec_24khz_cpu -d recordings/ -o runs/first", "train a codec, or resume the run"),
            ("audiocodec train lm -c lm_24khz_cpu -d recordings/ --codec runs/first -o runs/lm", "then the language model of its entropy coder"),
            ("audiocodec train generator -c generator_24khz_cpu -d manifest.jsonl --codec runs/first -o runs/sounds", "a generator of its codes from text"));
    }

    private static Command CreateLanguageModel()
    {
        Command lm = WithOptions(new Command("lm", "Train the language model of the entropy coder on the codes of a trained codec."));
        lm.Options.Add(s_codec);
        lm.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                CliSession session = CliSession.Of(parsed);
                LmTrainSettings settings = SettingsFile.Load<LmTrainSettings>(RecipeFile.Find(parsed.GetValue(s_config)!), parsed.GetValue(s_overrides) ?? []);
                using var trainer = new LmTrainer(settings, OptionsOf(parsed, session) with { Codec = parsed.GetValue(s_codec) });
                return Run(trainer, cancellation);
            },
            CancellationToken.None));
        return lm.WithExamples(
            ("audiocodec train lm -c lm_24khz_cpu -d manifest.jsonl --codec checkpoints/audiocodec_24khz -o runs/lm", "train a language model, or resume the run"),
            ("audiocodec export runs/lm -o checkpoints/audiocodec_24khz_lm", "then write the folder that 'compress -l' finds"));
    }

    private static Command CreateGenerator()
    {
        Command generator = WithOptions(new Command("generator", "Train a generator of audio from text on the codes of a trained codec."));
        generator.Options.Add(s_codec);
        generator.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                CliSession session = CliSession.Of(parsed);
                string recipe = RecipeFile.Find(parsed.GetValue(s_config)!);
                GeneratorTrainSettings settings = SettingsFile.Load<GeneratorTrainSettings>(recipe, parsed.GetValue(s_overrides) ?? []);
                settings.Text.FindTokenizer(Path.GetDirectoryName(recipe) ?? "");
                using var trainer = new GeneratorTrainer(settings, OptionsOf(parsed, session) with { Codec = parsed.GetValue(s_codec), DrawSpectrogram = audio => SpectrogramPicture.Draw(audio) });
                return Run(trainer, cancellation);
            },
            CancellationToken.None));
        return generator.WithExamples(
            ("audiocodec train generator -c generator_24khz_cpu -d manifest.jsonl --codec checkpoints/audiocodec_24khz -o runs/sounds", "train a generator on captioned sounds, or resume the run"),
            ("audiocodec train generator -c generator_24khz_cpu -d manifest.jsonl --codec checkpoints/audiocodec_24khz --dry-run", "one step, to check recipe, data and memory"));
    }

    private static Command CreateClassifier()
    {
        Command classifier = WithOptions(new Command("classifier", "Train the classifier of sounds that judges generators, on labelled recordings and on what a codec makes of them."));
        classifier.Options.Add(s_codec);
        classifier.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                CliSession session = CliSession.Of(parsed);
                ClassifierTrainSettings settings = SettingsFile.Load<ClassifierTrainSettings>(RecipeFile.Find(parsed.GetValue(s_config)!), parsed.GetValue(s_overrides) ?? []);
                using var trainer = new ClassifierTrainer(settings, OptionsOf(parsed, session) with { Codec = parsed.GetValue(s_codec) });
                return Run(trainer, cancellation);
            },
            CancellationToken.None));
        return classifier.WithExamples(
            ("audiocodec train classifier -c classifier_esc10 -d manifest.jsonl --codec audiocodec_24khz -o runs/judge", "train a classifier, or resume the run"),
            ("audiocodec export runs/judge -o checkpoints/my_judge", "then write the folder that 'evaluate generator --judge' takes"));
    }

    private static Command WithOptions(Command command)
    {
        foreach (Option option in new Option[] { s_config, s_data, s_run, s_device, s_precision, s_init, s_threads, s_dryRun })
        {
            command.Options.Add(option);
        }

        command.Arguments.Add(s_overrides);
        return command;
    }

    private static int Run(Trainer trainer, CancellationToken cancellation)
    {
        trainer.Run(cancellation);
        return trainer.PassedOver == 0 ? ExitCodes.Success : ExitCodes.PartialFailure;
    }

    private static TrainOptions OptionsOf(ParseResult parsed, CliSession session) => new()
    {
        DataPath = DataPath.Require(parsed.GetValue(s_data)!),
        RunDirectory = parsed.GetValue(s_run)!,
        Device = parsed.GetValue(s_device)!,
        Precision = parsed.GetValue(s_precision)!,
        InitializeFrom = parsed.GetValue(s_init),
        Threads = parsed.GetValue(s_threads) is int threads and >= 0 ? threads : throw new UsageException($"--threads {parsed.GetValue(s_threads)}: 0 for all, or a number above is expected."),
        DryRun = parsed.GetValue(s_dryRun),
        Report = session.Message,
    };
}
