using System.CommandLine;
using AudioCodec.Cli.Session;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Torch;

namespace AudioCodec.Cli.Options;

/// <summary>The options that choose a model.</summary>
/// <param name="purpose">What the model is for, and which one it is by default.</param>
internal sealed class ModelOptions(string purpose)
{
    /// <summary>The purpose in commands that compress.</summary>
    public const string ForCompression = "Model to compress with, by its name in 'audiocodec models list'; the bundled one by default.";

    /// <summary>The purpose in commands that read <c>.ecdc</c> files.</summary>
    public const string ForStreams = "Model that the file was made with, by its name in 'audiocodec models list'; the one that the file names by default.";

    /// <summary>The official stereo model, which <c>--hq</c> stands for.</summary>
    public const string HighQualityModel = "encodec_48khz";

    private readonly Option<string?> _model = new("--model")
    {
        Description = purpose,
        HelpName = "name",
    };

    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "Checkpoint to use instead: a folder with config.json and model.safetensors, an official .th file, or, with --model for their configuration, weights alone.",
        HelpName = "path",
    };

    private readonly Option<string?> _languageModel = new("--lm-checkpoint")
    {
        Description = "Language model to use instead of the one that belongs to the codec: a folder, a file, or a name in 'audiocodec models list'.",
        HelpName = "path",
    };

    private readonly Option<bool> _highQuality = new("--hq", "-q")
    {
        Description = $"Use the official 48 kHz stereo model: the same as --model {HighQualityModel}.",
    };

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Threads of the engine for one file; all cores by default, 1 when several files are processed at once.",
        HelpName = "n",
    };

    private readonly DeviceOption _device = new("the codec");

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="parts">What it does with the model.</param>
    public void AddTo(Command command, ModelParts parts)
    {
        command.Options.Add(_model);
        if (parts.HasFlag(ModelParts.Choice))
        {
            command.Options.Add(_highQuality);
        }

        command.Options.Add(_checkpoint);
        if (parts.HasFlag(ModelParts.LanguageModel))
        {
            command.Options.Add(_languageModel);
        }

        if (parts.HasFlag(ModelParts.Network) || parts.HasFlag(ModelParts.ManyFiles))
        {
            _device.AddTo(command);
            _device.AddPrecisionTo(command);
        }

        if (!parts.HasFlag(ModelParts.Network))
        {
            return;
        }

        command.Options.Add(_threads);
        _threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int threads) && threads < 1)
            {
                result.AddError($"--threads {threads}: at least 1 is needed.");
            }
        });
    }

    /// <summary>What the user asked for, before it is looked up.</summary>
    /// <param name="parseResult">The parsed command line.</param>
    /// <param name="files">Number of files to process; several share the cores.</param>
    /// <exception cref="UsageException">Options exclude each other.</exception>
    public CodecOptions Read(ParseResult parseResult, int files = 1)
    {
        string? name = parseResult.GetValue(_model);
        if (parseResult.GetValue(_highQuality))
        {
            name = name is null or HighQualityModel
                ? HighQualityModel
                : throw new UsageException($"--hq means --model {HighQualityModel}; it cannot go with --model {name}.");
        }

        EncodecConfig? config = name is not null && parseResult.GetValue(_checkpoint) is string checkpoint ? ConfigFor(checkpoint, name) : null;
        return new CodecOptions
        {
            ConfigOfBareWeights = config,
            Model = parseResult.GetValue(_checkpoint) ?? name,
            EntropyModel = parseResult.GetValue(_languageModel),
            CreateEngine = EngineOf(_device.Read(parseResult)),
            Threads = parseResult.GetValue(_threads) ?? (files > 1 ? 1 : Environment.ProcessorCount),
        };
    }

    private static Func<LoadedCheckpoint, ICodecEngine>? EngineOf(ComputeDevice device) => device == ComputeDevice.Managed ? null : device.CreateEngine;

    /// <summary>The configuration of the model that is named beside a checkpoint, which has it where it brings none of its own.</summary>
    /// <exception cref="UsageException">The checkpoint is of another model.</exception>
    private static EncodecConfig? ConfigFor(string checkpoint, string name)
    {
        using var models = new CodecProvider();
        EncodecConfig? config = models.FindInfo(name)?.Config;
        using var codecs = new CodecProvider(new CodecOptions { ConfigOfBareWeights = config });
        return codecs.FindInfo(checkpoint)?.Name is string found && found != (config?.Name ?? name)
            ? throw new UsageException($"--checkpoint {checkpoint} is model '{found}', and --model says '{name}'; leave one out.")
            : config;
    }
}
