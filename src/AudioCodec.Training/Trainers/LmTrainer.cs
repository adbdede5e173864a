using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Models;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Trains the language model of the entropy coder on the codes of a trained codec: one object per run.</summary>
/// <remarks>
/// A run's folder is that of <see cref="CodecTrainer"/>, with the codes of the data (<c>codes.*.safetensors</c>) instead of samples.
/// <c>model.safetensors</c> holds the averaged weights that saved most in a validation so far.
/// </remarks>
public sealed class LmTrainer : ITrainingTask, IDisposable
{
    private const int DryRunFiles = 4;
    private const string CodecEntry = "codec_fingerprint";

    private readonly LmTrainSettings _settings;
    private readonly TrainOptions _options;
    private readonly LoadedCheckpoint _codec;
    private readonly WeightsFingerprint _fingerprint;
    private readonly CodeCorpus _corpus;
    private readonly EntropyNetwork _network;
    private readonly NamedAdam _optimizer;
    private readonly LmStep _step;
    private CodeSampler? _sampler;
    private LmValidation? _validation;
    private double? _best;
    private bool _fresh = true;
    private long _done;

    /// <summary>Builds the network of a run, and restores its state if the run directory holds one.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="options">Data, codec, folder, device.</param>
    /// <exception cref="ConfigException">The recipe is not valid, or names no codec.</exception>
    /// <exception cref="CheckpointException">The codec cannot be loaded, or the state or initial checkpoint belongs to another configuration or codec.</exception>
    public LmTrainer(LmTrainSettings settings, TrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        settings.Validate();
        (_settings, _options) = (settings, options);
        Device device = TorchDevice.Open(options);
        _codec = LoadCodec(options.Codec);
        _fingerprint = WeightsFingerprint.Of(_codec.Weights);
        EntropyModelConfig config = settings.ToModelConfig(_codec.Config, _fingerprint);
        double kbps = settings.Bandwidths(_codec.Config).Max(b => b.Kbps);
        int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        _corpus = new CodeCorpus(EncodecModel.Load(_codec.Config, _codec.Weights), _fingerprint, kbps, settings.Run.Seed, threads, options.Report);
        _network = new EntropyNetwork(config, settings.Run.Seed, device);
        _network.Tensors.ReducedPrecision = options.Precision == "bf16";
        if (settings.Initialization.FromCodebooks)
        {
            EntropyStart.SetCodewords(_network, _codec.Weights, _codec.Config.Dimension);
        }

        OptimizerSettings adam = settings.Optimizer;
        _optimizer = new NamedAdam(_network.Tensors, adam.Betas[0], adam.Betas[1], adam.EmaDecay, adam.WeightDecay, sparse: true);
        _step = new LmStep(settings, _network, _optimizer);
        Restore();
    }

    /// <summary>Steps made so far, those of earlier sessions included.</summary>
    public long StepsDone => _done;

    /// <summary>The network in training.</summary>
    public EntropyNetwork Network => _network;

    long ITrainingTask.StepsDone
    {
        get => _done;
        set => _done = value;
    }

    double ITrainingTask.AudioSecondsPerStep => _settings.Data.BatchSize * _settings.Data.ChunkSeconds;

    TimeSpan ITrainingTask.WaitedForData => TimeSpan.Zero;

    (int Count, string? FirstError) ITrainingTask.BrokenFiles => _corpus.BrokenFiles;

    private StatePart[] Parts => [new("lm", _network.Tensors, _optimizer)];

    private int ChunkFrames
    {
        get
        {
            int frames = Math.Max(1, (int)Math.Round(_settings.Data.ChunkSeconds * _codec.Config.FrameRateHz));
            return _codec.Config.SegmentSamples is { } segment ? Math.Min(frames, (segment + _codec.Config.HopSamples - 1) / _codec.Config.HopSamples) : frames;
        }
    }

    /// <summary>Encodes the data where that is not done yet, and trains until the recipe's steps are made or the token is cancelled; both save.</summary>
    /// <returns>Steps made in all.</returns>
    /// <exception cref="AudioFormatException">There is no data.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while the data was encoded.</exception>
    /// <exception cref="TrainingException">A loss or gradient is not finite, or the run's folder cannot be written; the last checkpoint is kept.</exception>
    public long Run(CancellationToken cancellation)
    {
        var loop = new TrainingLoop(_settings.Run, _options);
        Prepare(cancellation);
        if (_options.DryRun)
        {
            loop.DryRun(_network.Tensors, Step);
            return _done;
        }

        return loop.Run(this, _settings, cancellation);
    }

    bool ITrainingTask.IsShown(string name) => name is "bits" or "gradient_norm";

    StepResult ITrainingTask.Step(RunLog log) => Step();

    void ITrainingTask.Save()
    {
        TrainingState.Save(_options.RunDirectory, _done, new Dictionary<string, string> { [CodecEntry] = _fingerprint.ToString() }, Parts);
        if (_best is null)
        {
            LmExport.Write(_options.RunDirectory, _network, _optimizer, _done, null);
        }
    }

    void ITrainingTask.Validate(RunLog log)
    {
        if (_validation is null)
        {
            return;
        }

        double score;
        _optimizer.SwapAverages();
        try
        {
            (SortedDictionary<string, double> values, score) = _validation.Run(_network);
            log.Validation(_done, values);
        }
        finally
        {
            _optimizer.SwapAverages();
        }

        if (_best is null || score > _best)
        {
            _best = score;
            LmExport.Write(_options.RunDirectory, _network, _optimizer, _done, score);
        }
    }

    /// <summary>Frees network and optimizer.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
    }

    private static LoadedCheckpoint LoadCodec(string? nameOrPath)
    {
        if (string.IsNullOrEmpty(nameOrPath))
        {
            throw new ConfigException("a language model is trained on the codes of a codec: name its checkpoint folder with --codec.", "codec");
        }

        using var store = new ModelStore();
        return CheckpointLoader.Load(store.Find(nameOrPath));
    }

    private StepResult Step()
    {
        using var scope = NewDisposeScope();
        return _step.Run(_sampler!.Batch(_done), _done);
    }

    private void Restore()
    {
        if (TrainingState.Find(_options.RunDirectory) is { } path)
        {
            (_done, IReadOnlyDictionary<string, string> metadata) = TrainingState.Load(path, Parts);
            if (metadata.GetValueOrDefault(CodecEntry) is { } started && started != _fingerprint.ToString())
            {
                throw new CheckpointException($"{path}: this run was started on codes of a codec with weights {started}; --codec has {_fingerprint}.", path);
            }

            _best = LmExport.ReadSaving(_options.RunDirectory);
            _fresh = false;
            _options.Report($"resumed {path} at step {_done}");
        }
        else if (_options.InitializeFrom is { } initial)
        {
            _network.Tensors.Load(CheckpointLoader.LoadTensors(initial));
            _optimizer.ResetAverages();
            _fresh = false;
            _options.Report($"initialized from {initial}");
        }
    }

    /// <summary>Gets the codes of the data, and for a fresh run the frequencies of the codes into the heads.</summary>
    private void Prepare(CancellationToken cancellation)
    {
        LmDataSettings data = _settings.Data;
        IReadOnlyList<AudioClip> clips = ClipList.Read(_options.DataPath, data.Split);
        if (!_options.DryRun)
        {
            Directory.CreateDirectory(_options.RunDirectory);
        }

        IReadOnlyList<CodeSequence> sequences = _options.DryRun
            ? _corpus.Get(null, [.. AudioClip.Spread(clips, DryRunFiles)], data, 1, cancellation)
            : _corpus.Get(Path.Combine(_options.RunDirectory, "codes.train.safetensors"), clips, data, data.Variants, cancellation);
        IReadOnlyList<(double Kbps, int Codebooks, double Weight)> bandwidths = _settings.Bandwidths(_codec.Config);
        Dictionary<string, double> kinds = _options.DryRun ? [] : data.KindWeights;
        _sampler = new CodeSampler(sequences, _corpus.Codebooks, bandwidths, kinds, data.BatchSize, ChunkFrames, _settings.Run.Seed);
        if (_fresh)
        {
            EntropyStart.SetFrequencies(_network, sequences, _corpus.Codebooks);
            _optimizer.ResetAverages();
        }

        if (!_options.DryRun)
        {
            _validation = CreateValidation(bandwidths, cancellation);
        }
    }

    private LmValidation? CreateValidation(IReadOnlyList<(double Kbps, int Codebooks, double Weight)> bandwidths, CancellationToken cancellation)
    {
        LmDataSettings data = _settings.Data;
        IReadOnlyList<AudioClip> clips;
        try
        {
            clips = ClipList.Read(_options.DataPath, data.ValidSplit);
        }
        catch (ConfigException)
        {
            _options.Report($"no files of the split '{data.ValidSplit}': this run is not validated");
            return null;
        }

        AudioClip[] chosen = [.. clips
            .Where(c => data.KindWeights.Count == 0 || data.KindWeights.GetValueOrDefault(c.Kind) > 0)
            .GroupBy(c => c.Kind)
            .SelectMany(g => AudioClip.Spread([.. g], _settings.Run.ValidFiles))];
        int most = Math.Max(1, (int)(_settings.Run.ValidSeconds * _codec.Config.FrameRateHz)) * _corpus.Codebooks;
        CodeSequence[] sequences = [.. _corpus.Get(Path.Combine(_options.RunDirectory, "codes.valid.safetensors"), chosen, data, 1, cancellation)
            .Select(s => s.Codes.Length > most ? s with { Codes = s.Codes[..most] } : s)];
        return new LmValidation(sequences, _corpus.Codebooks, bandwidths, _settings.Run.ValidBandwidth, data.BatchSize, ChunkFrames);
    }
}
