using System.Globalization;
using System.Text;
using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Loading;
using AudioCodec.Models;
using AudioCodec.Numerics;
using AudioCodec.Torch.Classification;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Classification;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Trains a sound classifier on labelled recordings and on what a codec makes of them: one object per run.</summary>
/// <remarks>
/// All networks of the ensemble are trained together; each never sees one fold of the recordings, on which it is validated. Beside what every
/// run has, the folder holds the spectrograms of the data (<c>spectrograms.*.safetensors</c>).
/// </remarks>
public sealed class ClassifierTrainer : Trainer
{
    private const int DryRunFiles = 4;
    private const string CodecKey = "codec_fingerprint";
    private const string TemperatureKey = "temperature";

    private readonly ClassifierTrainSettings _settings;
    private readonly ClassifierConfig _config;
    private readonly WeightsFingerprint _fingerprint;
    private readonly SpectrogramCorpus _corpus;
    private readonly ClassifierNetwork _network;
    private readonly TrainedNetwork _trained;
    private readonly ClassifierStep _step;
    private WindowSampler? _sampler;
    private ClassifierValidation? _validation;
    private double _temperature = 1;

    /// <summary>Builds the networks of a run, and restores their state if the run directory holds one.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="options">Data, codec, folder, device.</param>
    /// <exception cref="ConfigException">The recipe is not valid, or names no codec, or one of another sample rate.</exception>
    /// <exception cref="CheckpointException">The codec cannot be loaded, or the state or initial checkpoint belongs to another configuration or codec.</exception>
    public ClassifierTrainer(ClassifierTrainSettings settings, TrainOptions options)
        : base(settings, options)
    {
        _settings = settings;
        _config = settings.ToModelConfig();
        Device device = TorchDevice.Open(options);
        LoadedCheckpoint codec = LoadCodec(options.Codec, _config);
        Setting.Require(codec.Config.BandwidthsKbps.Contains(settings.Run.ValidBandwidth), "run.valid_bandwidth", $"is {settings.Run.ValidBandwidth}; {codec.Config.Name} offers {string.Join(", ", codec.Config.BandwidthsKbps)}");
        Setting.Require(
            settings.Data.BandwidthWeights.Count == 0
                || (settings.Data.BandwidthWeights.All(w => w.Value >= 0 && codec.Config.BandwidthsKbps.Contains(w.Key)) && settings.Data.BandwidthWeights.Values.Sum() > 0),
            "data.bandwidth_weights",
            $"must give some of {codec.Config.Name}'s bandwidths weights that are not negative and not all zero");
        _fingerprint = WeightsFingerprint.Of(codec.Weights);
        int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        _corpus = new SpectrogramCorpus(_config, EncodecModel.Load(codec.Config, codec.Weights), _fingerprint, settings, threads, options.Report);
        _network = new ClassifierNetwork(_config, SplitMix.For(settings.Run.Seed, 0, 0));
        _network.to(device);
        _trained = new TrainedNetwork("classifier", _network, settings.Optimizer);
        _step = new ClassifierStep(settings, _network, _trained, device);
        Begin(_trained);
    }

    private protected override double AudioSecondsPerStep =>
        (double)_config.Members * _settings.Data.BatchSize * _config.WindowFrames * _config.HopSamples / _config.SampleRateHz;

    private protected override IReadOnlySet<string> ShownValues { get; } = new HashSet<string>(StringComparer.Ordinal) { "loss", "gradient_norm" };

    private protected override (int Count, string? FirstError) BrokenFiles => _corpus.BrokenFiles;

    /// <inheritdoc/>
    public override void Dispose() => _trained.Dispose();

    private protected override void OnResumed(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault(CodecKey) is { } started && started != _fingerprint.ToString())
        {
            throw new CheckpointException($"{path}: this run was started with a codec with weights {started}; the codec given now has {_fingerprint}. Give the one that it was started with.", path);
        }

        _temperature = double.TryParse(metadata.GetValueOrDefault(TemperatureKey), NumberStyles.Float, CultureInfo.InvariantCulture, out double temperature) ? temperature : 1;
    }

    private protected override StateDict ReadInitial(string path) => CheckpointLoader.LoadTensors(path);

    private protected override void OnInitialized()
    {
        // Nothing follows from the weights.
    }

    /// <summary>Gets the spectrograms of the data, running the codec where that is not done yet.</summary>
    private protected override void Prepare(CancellationToken cancellation)
    {
        ClassifierDataSettings data = _settings.Data;
        IReadOnlyList<LabelledClip> clips = LabelledClips.Find(Clips(data.Split, data.ValidSplit), _config.Labels, data);
        if (Options.DryRun)
        {
            clips = [.. clips.GroupBy(clip => (clip.Class, Fold: Math.Min(clip.Fold, DryRunFiles))).SelectMany(group => group.Take(1))];
        }
        else
        {
            Directory.CreateDirectory(Options.RunDirectory);
        }

        IReadOnlyList<SpectrogramSet> sets = _corpus.Get(SpectrogramsPath("train"), clips, Options.DryRun ? 1 : data.Variants, cancellation);
        _sampler = new WindowSampler(_config, data, sets, _settings.Run.Seed);
        _validation = Options.DryRun ? null : new ClassifierValidation(_config, data.Folds, sets, ReadValidation(cancellation));
    }

    private protected override StepResult Step(long step) => _step.Run(_sampler!, step); // Prepare has made it.

    private protected override IReadOnlyDictionary<string, string> StateMetadata() => new Dictionary<string, string>
    {
        [CodecKey] = _fingerprint.ToString(),
        [TemperatureKey] = _temperature.ToString("R", CultureInfo.InvariantCulture),
    };

    private protected override void SaveModel(long step)
    {
        ClassifierConfig config = _config with { Temperature = Math.Round(_temperature, 3) };
        Checkpoint.SaveModel(step, Encoding.UTF8.GetString(config.ToJson()), new Dictionary<string, string> { ["model"] = config.Name });
    }

    private protected override void Validate(long step, RunLog log)
    {
        if (_validation is null)
        {
            return;
        }

        (SortedDictionary<string, double> values, _temperature) = _validation.Run(_network.ToStateDict("classifier"));
        log.Validation(step, values);
    }

    private static LoadedCheckpoint LoadCodec(string? nameOrPath, ClassifierConfig config)
    {
        if (string.IsNullOrEmpty(nameOrPath))
        {
            throw new ConfigException("a classifier is trained on the output of a codec too, and none is given: name a model or a checkpoint folder.", "codec");
        }

        using var store = new ModelStore();
        LoadedCheckpoint codec = CheckpointLoader.Load(store.Find(nameOrPath));
        return codec.Config.SampleRateHz == config.SampleRateHz && codec.Config.Channels == 1
            ? codec
            : throw new ConfigException($"model.sample_rate_hz: is {config.SampleRateHz}, mono; {codec.Config.Name} has {Messages.Count(codec.Config.Channels, "channel")} at {codec.Config.SampleRateHz} Hz.", "model.sample_rate_hz");
    }

    private IReadOnlyList<SpectrogramSet> ReadValidation(CancellationToken cancellation)
    {
        try
        {
            LabelledClip[] clips = [.. LabelledClips.Find(Clips(_settings.Data.ValidSplit, _settings.Data.Split), _config.Labels, _settings.Data).Where(clip => clip.Class >= 0)];
            return _corpus.Get(SpectrogramsPath("valid"), clips, 1, cancellation);
        }
        catch (ConfigException)
        {
            Options.Report($"no files of the split '{_settings.Data.ValidSplit}': the ensemble as a whole is not validated");
            return [];
        }
    }

    private string? SpectrogramsPath(string split) => Options.DryRun ? null : Path.Combine(Options.RunDirectory, $"spectrograms.{split}.safetensors");
}
