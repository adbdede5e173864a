using System.Globalization;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Numerics;
using AudioCodec.Torch.Entropy;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Initialization;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Trains the language model of the entropy coder on the codes of a trained codec: one object per run.</summary>
/// <remarks>
/// Beside what every run has, the folder holds the codes of the data (<c>codes.*.safetensors</c>). <c>model.safetensors</c> holds the
/// averaged weights that saved most in a validation so far.
/// </remarks>
public sealed class LmTrainer : Trainer
{
    private const int DryRunFiles = 4;
    private const string SavingKey = "saving_percent";

    private readonly LmTrainSettings _settings;
    private readonly LoadedCheckpoint _codec;
    private readonly WeightsFingerprint _fingerprint;
    private readonly CodeCorpus _corpus;
    private readonly TrainedNetwork _trained;
    private readonly LmStep _step;
    private CodeSampler? _sampler;
    private LmValidation? _validation;
    private double? _bestSaving;
    private bool _fresh = true;

    /// <summary>Builds the network of a run, and restores its state if the run directory holds one.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="options">Data, codec, folder, device.</param>
    /// <exception cref="ConfigException">The recipe is not valid, or names no codec.</exception>
    /// <exception cref="CheckpointException">The codec cannot be loaded, or the state or initial checkpoint belongs to another configuration or codec.</exception>
    public LmTrainer(LmTrainSettings settings, TrainOptions options)
        : base(settings, options)
    {
        _settings = settings;
        Device device = TorchDevice.Open(options);
        _codec = CodecOfRun.Load(options.Codec, "a language model");
        EncodecConfig codec = _codec.Config;
        _fingerprint = CodecFingerprint.OfCodes(codec, _codec.Weights);
        EntropyModelConfig config = settings.ToModelConfig(codec, _fingerprint);
        double kbps = settings.Bandwidths(codec).Max(b => b.Kbps);
        int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        _corpus = new CodeCorpus(EncodecModel.Load(codec, _codec.Weights), _fingerprint, kbps, settings.Run.Seed, threads, options.Report);
        SplitMix random = SplitMix.For(settings.Run.Seed, 0, 0);
        Network = new EntropyNetwork(config, random);
        if (settings.Initialization.FromCodebooks)
        {
            EntropyStart.SetCodewords(Network, _codec.Weights, codec.Dimension, random);
        }

        Network.to(device).SetReducedPrecision(options.Precision == "bf16");
        _trained = new TrainedNetwork("lm", Network, settings.Optimizer);
        _step = new LmStep(settings, Network, _trained);
        Begin(_trained);
    }

    /// <summary>The network in training.</summary>
    public EntropyNetwork Network { get; }

    private protected override double AudioSecondsPerStep => _settings.Data.BatchSize * _settings.Data.ChunkSeconds;

    private protected override IReadOnlySet<string> ShownValues { get; } = new HashSet<string>(StringComparer.Ordinal) { "bits", "gradient_norm" };

    private protected override (int Count, string? FirstError) BrokenFiles => _corpus.BrokenFiles;

    private int ChunkFrames
    {
        get
        {
            int frames = Math.Max(1, (int)Math.Round(_settings.Data.ChunkSeconds * _codec.Config.FrameRateHz));
            return _codec.Config.SegmentSamples is { } segment ? Math.Min(frames, (segment + _codec.Config.HopSamples - 1) / _codec.Config.HopSamples) : frames;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _trained.Dispose();

    private protected override void OnResumed(string path, IReadOnlyDictionary<string, string> metadata)
    {
        CodecOfRun.RequireSame(path, metadata, _fingerprint);
        _fresh = false;
        _bestSaving = double.TryParse(Checkpoint.ReadModelMetadata().GetValueOrDefault(SavingKey), NumberStyles.Float, CultureInfo.InvariantCulture, out double saving)
            ? saving
            : null;
    }

    private protected override StateDict ReadInitial(string path) => CheckpointLoader.LoadTensors(path);

    private protected override void OnInitialized() => _fresh = false;

    /// <summary>Gets the codes of the data, encoding it where that is not done yet, and for a fresh run the frequencies of the codes into the heads.</summary>
    private protected override void Prepare(CancellationToken cancellation)
    {
        LmDataSettings data = _settings.Data;
        IReadOnlyList<AudioClip> clips = Clips(data.Split, data.ValidSplit);
        Dictionary<string, double> kinds = Applying("data.kind_weights", data.KindWeights, clips.Select(clip => clip.Kind));
        if (!Options.DryRun)
        {
            Directory.CreateDirectory(Options.RunDirectory);
        }

        IReadOnlyList<CodeSequence> sequences = Options.DryRun
            ? _corpus.Get(null, [.. AudioClip.Spread(clips, DryRunFiles)], data, 1, cancellation)
            : _corpus.Get(Path.Combine(Options.RunDirectory, "codes.train.safetensors"), clips, data, data.Variants, cancellation);
        _sampler = new CodeSampler(sequences, _corpus.Codebooks, _settings.Bandwidths(_codec.Config), Options.DryRun ? [] : kinds, data.BatchSize, ChunkFrames, _settings.Run.Seed);
        if (_fresh)
        {
            EntropyStart.SetFrequencies(Network, sequences, _corpus.Codebooks);
            _trained.Averages?.Reset();
        }

        _validation = Options.DryRun ? null : CreateValidation(kinds, cancellation);
    }

    private protected override StepResult Step(long step)
    {
        using var scope = NewDisposeScope();
        return _step.Run(_sampler!.Batch(step), step); // Prepare has made it.
    }

    private protected override IReadOnlyDictionary<string, string> StateMetadata() =>
        new Dictionary<string, string> { [CodecOfRun.Key] = _fingerprint.ToString() };

    private protected override void SaveModel(long step)
    {
        if (_bestSaving is null)
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

        double saving;
        using (_trained.Averages?.Exchange())
        {
            (SortedDictionary<string, double> values, saving) = _validation.Run(Network);
            log.Validation(step, values);
        }

        if (_bestSaving is null || saving > _bestSaving)
        {
            _bestSaving = saving;
            WriteModel(step);
        }
    }

    private void WriteModel(long step)
    {
        var metadata = new Dictionary<string, string> { ["model"] = Network.Config.Name };
        if (_bestSaving is { } saving)
        {
            metadata[SavingKey] = saving.ToString("R", CultureInfo.InvariantCulture);
        }

        Checkpoint.SaveModel(step, Encoding.UTF8.GetString(Network.Config.ToJson()), metadata);
    }

    private LmValidation? CreateValidation(Dictionary<string, double> kinds, CancellationToken cancellation)
    {
        LmDataSettings data = _settings.Data;
        IReadOnlyList<AudioClip> clips = ValidationClips(data.ValidSplit, data.Split, kinds);
        if (clips.Count == 0)
        {
            return null;
        }

        int most = Math.Max(1, (int)(_settings.Run.ValidSeconds * _codec.Config.FrameRateHz)) * _corpus.Codebooks;
        CodeSequence[] sequences = [.. _corpus.Get(Path.Combine(Options.RunDirectory, "codes.valid.safetensors"), clips, data, 1, cancellation)
            .Select(s => s.Codes.Length > most ? s with { Codes = s.Codes[..most] } : s)];
        return new LmValidation(sequences, _corpus.Codebooks, _settings.Bandwidths(_codec.Config), _settings.Run.ValidBandwidth, data.BatchSize, ChunkFrames);
    }
}
