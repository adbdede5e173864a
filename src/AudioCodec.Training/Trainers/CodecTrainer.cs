using System.Diagnostics;
using System.Globalization;
using AudioCodec.Checkpoints;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Logging;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Trains a codec: one object per run.</summary>
/// <remarks>
/// A run's folder holds <c>state.safetensors</c> (everything needed to go on, and <c>state.previous.safetensors</c> before it),
/// <c>model.safetensors</c> (averaged weights for the managed engine), <c>config.yaml</c>, <c>log.jsonl</c>, TensorBoard event files
/// and <c>samples/</c>.
/// </remarks>
public sealed class CodecTrainer : ITrainingTask, IDisposable
{
    private readonly CodecTrainSettings _settings;
    private readonly TrainOptions _options;
    private readonly Device _device;
    private readonly EncodecNetwork _network;
    private readonly NamedAdam _optimizer;
    private readonly Balancer _balancer;
    private readonly Adversary? _adversary;
    private readonly CodecStep _step;
    private readonly CodecPhases _phases;
    private readonly ClipCache _cache;
    private readonly CropSampler _sampler;
    private readonly CodecValidation? _validation;
    private BatchLoader? _loader;
    private long _done;

    /// <summary>Builds network and data of a run, and restores its state if the run directory holds one.</summary>
    /// <exception cref="ConfigException">The recipe is not valid.</exception>
    /// <exception cref="AudioFormatException">There is no data.</exception>
    /// <exception cref="CheckpointException">The state or the initial checkpoint belongs to another configuration.</exception>
    public CodecTrainer(CodecTrainSettings settings, TrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        settings.Validate();
        (_settings, _options) = (settings, options);
        _device = TorchDevice.Open(options);
        DataSettings data = settings.Data;
        _cache = new ClipCache(settings.Model.SampleRateHz, settings.Model.Channels, (long)data.CacheMb << 20);
        _network = new EncodecNetwork(settings.Model, settings.Quantizer, settings.Run.Seed, _device, settings.Initialization.Form == "principal");
        _network.Tensors.ReducedPrecision = options.Precision == "bf16";
        int hop = _network.Config.HopSamples;
        int length = Math.Max(1, (int)Math.Round(data.CropSeconds * settings.Model.SampleRateHz / hop)) * hop;
        _sampler = new CropSampler(ClipList.Read(options.DataPath, data.Split), _cache, data, settings.Model.Channels, length, settings.Run.Seed);
        _optimizer = new NamedAdam(_network.Tensors, settings.Optimizer.Betas[0], settings.Optimizer.Betas[1], settings.Optimizer.EmaDecay, settings.Optimizer.WeightDecay);
        _balancer = new Balancer(settings.Losses.BalancerDecay);
        _adversary = settings.Discriminator.StartStep >= 0 ? new Adversary(settings, _device) : null;
        _phases = new CodecPhases(settings, options, _network, _optimizer, _sampler);
        _step = new CodecStep(settings, _network, _optimizer, _balancer, _adversary);
        _validation = CreateValidation();
        Restore();
    }

    /// <summary>Steps made so far, those of earlier sessions included.</summary>
    public long StepsDone => _done;

    /// <summary>The network in training.</summary>
    public EncodecNetwork Network => _network;

    long ITrainingTask.StepsDone
    {
        get => _done;
        set => _done = value;
    }

    double ITrainingTask.AudioSecondsPerStep => _settings.Data.BatchSize * _settings.Data.CropSeconds;

    TimeSpan ITrainingTask.WaitedForData => _loader?.Waited ?? TimeSpan.Zero;

    (int Count, string? FirstError) ITrainingTask.BrokenFiles => (_cache.BrokenFiles, _cache.FirstError);

    private StatePart[] Parts => _adversary is null
        ? [new("codec", _network.Tensors, _optimizer)]
        : [new("codec", _network.Tensors, _optimizer), new("discriminator", _adversary.Tensors, _adversary.Optimizer)];

    /// <summary>Trains until the recipe's steps are made or the token is cancelled; both save.</summary>
    /// <returns>Steps made in all.</returns>
    /// <exception cref="TrainingException">A loss or gradient is not finite, or the run's folder cannot be written; the last checkpoint is kept.</exception>
    public long Run(CancellationToken cancellation)
    {
        var loop = new TrainingLoop(_settings.Run, _options);
        if (_options.DryRun)
        {
            loop.DryRun(_network.Tensors, () => TrainStep(_sampler.Batch(_done)));
            return _done;
        }

        using var loader = new BatchLoader(_sampler, _done, _settings.Data.Workers);
        _loader = loader;
        return loop.Run(this, _settings, cancellation);
    }

    bool ITrainingTask.IsShown(string name) =>
        name is "l1" or "mel" or "envelope" or "texture" or "commitment" or "adversarial" or "feature" or "discriminator" or "gradient_norm";

    StepResult ITrainingTask.Step(RunLog log)
    {
        _phases.Enter(_done, log);
        return TrainStep(_loader!.Take(_done));
    }

    void ITrainingTask.Save()
    {
        CodecCheckpoint.Save(_options.RunDirectory, _done, _phases.Quantizing, Parts, _balancer);
        CodecExport.Write(_options.RunDirectory, _network, _optimizer, _done);
    }

    void ITrainingTask.Validate(RunLog log)
    {
        if (_validation is null)
        {
            return;
        }

        string folder = Path.Combine(_options.RunDirectory, "samples", _done.ToString("D7", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        _optimizer.SwapAverages();
        try
        {
            log.Validation(_done, _validation.Run(_network, _phases.Quantizing, folder, (name, audio) => log.Audio(name, _done, audio)));
        }
        finally
        {
            _optimizer.SwapAverages();
        }
    }

    /// <summary>Frees network and optimizer.</summary>
    public void Dispose()
    {
        _step.Dispose();
        _adversary?.Dispose();
        _optimizer.Dispose();
        _network.Dispose();
    }

    private CodecValidation? CreateValidation()
    {
        try
        {
            return new CodecValidation(_settings, ClipList.Read(_options.DataPath, _settings.Data.ValidSplit), _cache);
        }
        catch (ConfigException)
        {
            _options.Report($"no files of the split '{_settings.Data.ValidSplit}': this run is not validated");
            return null;
        }
    }

    private void Restore()
    {
        if (TrainingState.Find(_options.RunDirectory) is { } state)
        {
            (_done, _phases.Quantizing) = CodecCheckpoint.Load(state, Parts, _balancer);
            _options.Report($"resumed {state} at step {_done}");
        }
        else if (_options.InitializeFrom is { } path)
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            _network.Tensors.Load(file.ToStateDict());
            _optimizer.ResetAverages();
            _phases.Quantizing = true;
            _options.Report($"initialized from {path}");
        }
    }

    private StepResult TrainStep(float[] batch)
    {
        using var scope = NewDisposeScope();
        long channels = _settings.Model.Channels;
        Tensor audio = tensor(batch, [_settings.Data.BatchSize, channels, batch.Length / (_settings.Data.BatchSize * channels)], dtype: null, device: _device);
        return _step.Run(audio, _done, _phases.Quantizing);
    }
}
