using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Configuration;
using AudioCodec.Numerics;
using AudioCodec.Torch.Generation;
using AudioCodec.Torch.Layers;
using AudioCodec.Torch.Text;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Generation;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using AudioCodec.Training.Trainers.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Trains a generator of audio from text on the codes of a trained codec: one object per run.</summary>
/// <remarks>
/// Beside what every run has, the folder holds the codes of the data (<c>tokens</c>), unless the recipe names another place for them, and the tokenizer
/// (<c>spiece.model</c>), and samples. <c>model.safetensors</c> holds the averaged weights that predicted best in a validation so far.
/// </remarks>
public sealed class GeneratorTrainer : Trainer
{
    private const string ScoreKey = "valid_cross_entropy";
    private const string StepKey = "step";
    private const string TokensFolder = "tokens";

    private readonly GeneratorTrainSettings _settings;
    private readonly LoadedCheckpoint _codec;
    private readonly WeightsFingerprint _fingerprint;
    private readonly GeneratorExport _export;
    private readonly TrainedNetwork _trained;
    private readonly ICaptionEncoder _captions;
    private readonly GeneratorSamples _samples;
    private readonly TokenPrediction _prediction;
    private GeneratorData? _data;
    private GeneratorValidation? _validation;
    private double? _best;
    private long _bestStep;

    /// <summary>Builds the network of a run, and restores its state if the run directory holds one.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="options">Data, codec, folder, device.</param>
    /// <exception cref="ConfigException">The recipe is not valid, or names no codec.</exception>
    /// <exception cref="CheckpointException">The codec cannot be loaded, or the state or initial checkpoint belongs to another configuration or codec.</exception>
    public GeneratorTrainer(GeneratorTrainSettings settings, TrainOptions options)
        : base(settings, options)
    {
        _settings = settings;
        Device device = TorchDevice.Open(options);
        _codec = CodecOfRun.Load(options.Codec, "a generator");
        _fingerprint = CodecFingerprint.OfCodes(_codec.Config, _codec.Weights);
        _export = new GeneratorExport(settings, _codec.Config, _fingerprint, options.RunDirectory);
        GeneratorConfig config = _export.Config;
        _prediction = new TokenPrediction(config.Pattern.Layout(config.WindowFrames), config.Transformer.CodebookSize);
        _samples = new GeneratorSamples(settings.Run, options.RunDirectory, options.Codec!, Threads, options.DrawSpectrogram); // The codec is loaded: it has a name.
        Network = new GeneratorNetwork(config.Transformer, config.TextEncoder, SplitMix.For(settings.Run.Seed, 0, 0));
        Network.to(device).SetReducedPrecision(options.Precision == "bf16");
        _captions = Network.Text is { } text && _export.Tokenizer is { } tokenizer
            ? new TrainedCaptions(tokenizer.Encode, settings.Text.MostTokens, text)
            : new FrozenCaptions(T5NetworkTextEncoder.Load(_export.PretrainedText!, device), device); // It is the one or the other.
        _trained = new TrainedNetwork("generator", Network, settings.Optimizer);
        Begin(_trained);
    }

    /// <summary>The network in training.</summary>
    internal GeneratorNetwork Network { get; }

    private protected override double AudioSecondsPerStep => _settings.Data.BatchSize * _settings.Data.CropSeconds;

    private protected override IReadOnlySet<string> ShownValues { get; } = new HashSet<string>(StringComparer.Ordinal) { "loss", "gradient_norm" };

    private protected override (int Count, string? FirstError) BrokenFiles => _data?.BrokenFiles ?? (0, null);

    private int Threads => Options.Threads > 0 ? Options.Threads : Environment.ProcessorCount;

    private protected override bool Converged =>
        _settings.Run.Patience > 0 && _best is not null && StepsDone - _bestStep >= (long)_settings.Run.Patience * _settings.Run.ValidEvery;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _captions.Dispose();
        _trained.Dispose();
    }

    private protected override void OnResumed(string path, IReadOnlyDictionary<string, string> metadata)
    {
        CodecOfRun.RequireSame(path, metadata, _fingerprint);
        IReadOnlyDictionary<string, string> best = Checkpoint.ReadModelMetadata();
        if (double.TryParse(best.GetValueOrDefault(ScoreKey), NumberStyles.Float, CultureInfo.InvariantCulture, out double score))
        {
            (_best, _bestStep) = (score, long.Parse(best[StepKey], CultureInfo.InvariantCulture));
        }
    }

    private protected override StateDict ReadInitial(string path)
    {
        StateDict read = CheckpointLoader.LoadTensors(path);
        return new StateDict(path, Network.state_dict().Keys
            .Where(name => read.Tensors.ContainsKey(GeneratorNetwork.CheckpointName(name)))
            .ToDictionary(name => name, name => read.Tensors[GeneratorNetwork.CheckpointName(name)], StringComparer.Ordinal));
    }

    private protected override void OnInitialized()
    {
    }

    /// <summary>Gets the tokens of the data, encoding it where that is not done yet.</summary>
    private protected override void Prepare(CancellationToken cancellation)
    {
        GeneratorDataSettings data = _settings.Data;
        IReadOnlyList<AudioClip> clips = Clips(data.Split, data.ValidSplit);
        data = data.With(Applying("data.weights", data.Weights, clips.Select(clip => ClipGroups.Of(clip, data.Weights))));
        using EncodecModel codec = EncodecModel.Load(_codec.Config, _codec.Weights);
        _data = GeneratorData.Prepare(
            codec,
            _fingerprint,
            _settings.Model.Codebooks,
            data,
            clips,
            ValidationClips(data.ValidSplit, data.Split, []),
            Options.DryRun ? null : Path.Combine(Options.RunDirectory, TokensFolder),
            _settings.Run.Seed,
            Threads,
            Options.Report,
            cancellation);
        IReadOnlyList<GeneratorBatch> valid = _data.Validation();
        _validation = valid.Count > 0 ? new GeneratorValidation(valid, _prediction, _captions) : null;
    }

    private protected override StepResult Step(long step)
    {
        using DisposeScope scope = NewDisposeScope();
        return new GeneratorStep(_settings, Network.Transformer, _trained, _prediction, _captions).Run(_data!.Next(step), step); // Prepare has made it.
    }

    private protected override IReadOnlyDictionary<string, string> StateMetadata() =>
        new Dictionary<string, string> { [CodecOfRun.Key] = _fingerprint.ToString() };

    private protected override void SaveModel(long step)
    {
        if (_best is null)
        {
            WriteModel(step);
        }
    }

    private protected override void Validate(long step, RunLog log)
    {
        if (_validation is null)
        {
            return;
        }

        double score;
        using (_trained.Averages?.Exchange())
        {
            (SortedDictionary<string, double> values, score) = _validation.Run(Network.Transformer);
            log.Validation(step, values);
        }

        if (_best is null || score < _best)
        {
            (_best, _bestStep) = (score, step);
            WriteModel(step);
        }

        if (_samples.AreDue(step))
        {
            _samples.Write(step, log);
        }
    }

    private void WriteModel(long step)
    {
        var metadata = new Dictionary<string, string> { ["model"] = _settings.Model.Name };
        if (_best is { } score)
        {
            metadata[ScoreKey] = score.ToString("R", CultureInfo.InvariantCulture);
        }

        _export.WriteTokenizer();
        Checkpoint.SaveModel(step, _export.ConfigJson, metadata, GeneratorNetwork.CheckpointName);
    }
}
