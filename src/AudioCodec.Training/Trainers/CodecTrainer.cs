using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Numerics;
using AudioCodec.Torch;
using AudioCodec.Torch.Layers;
using AudioCodec.Torch.Quantization;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Trains a codec: one object per run.</summary>
/// <remarks>Beside what every run has, the folder holds <c>samples/</c>: an original and an output of each kind per validation.</remarks>
public sealed class CodecTrainer : Trainer
{
    private const string QuantizingKey = "quantizing";
    private const string BalancerKey = "balancer.";

    private readonly CodecTrainSettings _settings;
    private readonly Device _device;
    private readonly TrainedNetwork _trained;
    private readonly Balancer _balancer;
    private readonly Adversary? _adversary;
    private readonly CodecLosses _losses;
    private readonly CodecStep _step;
    private readonly CodecPhases _phases;
    private readonly ClipCache _cache;
    private readonly CropSampler _sampler;
    private readonly CodecValidation? _validation;
    private BatchLoader? _loader;

    /// <summary>Builds network and data of a run, and restores its state if the run directory holds one.</summary>
    /// <exception cref="ConfigException">The recipe is not valid, or there is no data.</exception>
    /// <exception cref="CheckpointException">The state or the initial checkpoint belongs to another configuration.</exception>
    public CodecTrainer(CodecTrainSettings settings, TrainOptions options)
        : base(settings, options)
    {
        _settings = settings;
        _device = TorchDevice.Open(options);
        DataSettings data = settings.Data;
        _cache = new ClipCache(settings.Model.SampleRateHz, settings.Model.Channels, (long)data.CacheMb << 20);
        EncodecConfig config = settings.Model;
        int length = Math.Max(1, (int)Math.Round(data.CropSeconds * settings.Model.SampleRateHz / config.HopSamples)) * config.HopSamples;
        IReadOnlyList<AudioClip> files = Clips(data.Split, data.ValidSplit);
        Dictionary<string, double> kinds = Applying("data.kind_weights", data.KindWeights, files.Select(clip => clip.Kind));
        _sampler = new CropSampler(files, _cache, data.With(kinds), settings.Model.Channels, length, settings.Run.Seed);
        var update = new CodebookUpdate(settings.Quantizer.Decay, settings.Quantizer.DeadBelow);
        Network = new EncodecNetwork(config, SplitMix.For(settings.Run.Seed, 0, 0), update, settings.Initialization.IsPrincipal).to(_device);
        bool reduced = options.Precision == "bf16";
        Network.SetReducedPrecision(reduced);
        _trained = new TrainedNetwork("codec", Network, settings.Optimizer);
        _balancer = new Balancer(settings.Losses.BalancerDecay);
        _adversary = settings.Discriminator.StartStep >= 0 ? new Adversary(settings, _device, reduced) : null;
        _losses = new CodecLosses(settings.Losses, settings.Model.SampleRateHz, _device);
        _phases = new CodecPhases(settings, Network, _trained, _sampler);
        _step = new CodecStep(settings, Network, _trained, _losses, _balancer, _adversary);
        IReadOnlyList<AudioClip> clips = ValidationClips(data.ValidSplit, data.Split, kinds);
        _validation = clips.Count > 0 ? new CodecValidation(settings, clips, _cache) : null;
        Begin(_adversary is null ? [_trained] : [_trained, _adversary.Trained]);
    }

    /// <summary>The network in training.</summary>
    public EncodecNetwork Network { get; }

    private protected override double AudioSecondsPerStep => _settings.Data.BatchSize * _settings.Data.CropSeconds;

    private protected override IReadOnlySet<string> ShownValues { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "l1", "mel", "envelope", "texture", "commitment", "adversarial", "feature", "discriminator", "gradient_norm",
    };

    private protected override TimeSpan WaitedForData => _loader?.Waited ?? TimeSpan.Zero;

    private protected override (int Count, string? FirstError) BrokenFiles => (_cache.BrokenFiles, _cache.FirstError);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _loader?.Dispose();
        _losses.Dispose();
        _adversary?.Dispose();
        _trained.Dispose();
    }

    private protected override void OnResumed(string path, IReadOnlyDictionary<string, string> metadata)
    {
        _phases.Quantizing = metadata.GetValueOrDefault(QuantizingKey) == "1";
        foreach ((string key, string value) in metadata.Where(m => m.Key.StartsWith(BalancerKey, StringComparison.Ordinal)))
        {
            double[] numbers = [.. value.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            _balancer.Restore(key[BalancerKey.Length..], numbers[0], numbers[1]);
        }
    }

    private protected override StateDict ReadInitial(string path) => CheckpointLoader.Load(path, Network.Config).Weights;

    private protected override void OnInitialized() => _phases.Quantizing = true;

    private protected override void Prepare(CancellationToken cancellation)
    {
        _loader?.Dispose();
        _loader = Options.DryRun ? null : new BatchLoader(_sampler, StepsDone, _settings.Data.Workers);
    }

    private protected override void BeforeStep(long step, RunLog log) => _phases.Enter(step, fresh: Options.InitializeFrom is null, log);

    private protected override StepResult Step(long step)
    {
        using var scope = NewDisposeScope();
        float[] batch = _loader?.Take(step) ?? _sampler.Batch(step);
        Tensor audio = tensor(batch, device: _device).view(_settings.Data.BatchSize, _settings.Model.Channels, -1);
        return _step.Run(audio, step, _phases.Quantizing);
    }

    private protected override IReadOnlyDictionary<string, string> StateMetadata() => new Dictionary<string, string>(
        _balancer.State.Select(s => KeyValuePair.Create(BalancerKey + s.Key, string.Create(CultureInfo.InvariantCulture, $"{s.Value.Total:R} {s.Value.Count:R}"))))
    {
        [QuantizingKey] = _phases.Quantizing ? "1" : "0",
    };

    private protected override void SaveModel(long step) => Checkpoint.SaveModel(
        step, EncodecConfigJson.Format(Network.Config, CheckpointStatus.Preview), new Dictionary<string, string> { ["model"] = Network.Config.Name });

    private protected override void Validate(long step, RunLog log)
    {
        if (_validation is null)
        {
            return;
        }

        string folder = Path.Combine(Options.RunDirectory, "samples", step.ToString("D7", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        using IDisposable? averaged = _trained.Averages?.Exchange();
        log.Validation(step, _validation.Run(Network, _phases.Quantizing, folder, (name, audio) => log.Audio(name, step, audio)));
    }
}
