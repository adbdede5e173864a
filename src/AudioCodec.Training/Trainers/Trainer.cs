using System.Diagnostics;
using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Files;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;

namespace AudioCodec.Training.Trainers;

/// <summary>A training run: makes the recipe's steps, logs, validates and saves at its intervals, stops and resumes.</summary>
/// <remarks>
/// A run's folder holds <c>state.safetensors</c> (all that is needed to go on) and <c>state.previous.safetensors</c> before it,
/// <c>model.safetensors</c> with <c>config.json</c> (averaged weights for the managed engine), <c>config.yaml</c>, <c>log.jsonl</c> and
/// TensorBoard event files. Data and random numbers are functions of seed and step.
/// </remarks>
public abstract class Trainer : IDisposable
{
    private readonly ITrainSettings _recipe;
    private readonly RunPace _pace;
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private IReadOnlyList<TrainedNetwork> _networks = [];
    private RunCheckpoint? _checkpoint;

    private protected Trainer(ITrainSettings recipe, TrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(options);
        recipe.Validate();
        (_recipe, _pace, Options) = (recipe, recipe.Run, options);
    }

    /// <summary>Steps made so far, those of earlier sessions included.</summary>
    public long StepsDone { get; private set; }

    /// <summary>Folders and files of the data that could not be read and were passed over.</summary>
    public int PassedOver => _unreadable.Count + BrokenFiles.Count;

    /// <summary>What the run was started with.</summary>
    private protected TrainOptions Options { get; }

    /// <summary>The checkpoints in the run's folder.</summary>
    private protected RunCheckpoint Checkpoint => _checkpoint ?? throw new InvalidOperationException($"{nameof(Begin)} comes first.");

    /// <summary>Seconds of audio in a batch.</summary>
    private protected abstract double AudioSecondsPerStep { get; }

    /// <summary>Names of the values that stand in the lines for the user.</summary>
    private protected abstract IReadOnlySet<string> ShownValues { get; }

    /// <summary>Time that steps have waited for data so far.</summary>
    private protected virtual TimeSpan WaitedForData => TimeSpan.Zero;

    /// <summary>Files that could not be read, and the message of the first.</summary>
    private protected abstract (int Count, string? FirstError) BrokenFiles { get; }

    /// <summary>Whether the run ends before the recipe's steps are made, because it gets no better.</summary>
    private protected virtual bool Converged => false;

    /// <summary>Trains until the recipe's steps are made, nothing gets better, or the token is cancelled; both save.</summary>
    /// <returns>Steps made in all.</returns>
    /// <exception cref="AudioFormatException">There is no data.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the first step.</exception>
    /// <exception cref="TrainingException">A loss or gradient is not finite, or the run's folder cannot be written; the last checkpoint is kept.</exception>
    public long Run(CancellationToken cancellation)
    {
        try
        {
            Prepare(cancellation);
            if (Options.DryRun)
            {
                DryRun();
            }
            else
            {
                RunSteps(cancellation);
            }

            return StepsDone;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(
                $"step {StepsDone}: the run's folder cannot be written: {error.Message}. The last complete checkpoint in {Options.RunDirectory} is kept; "
                + "make room there, then start the run again to go on from it.",
                error);
        }
    }

    /// <summary>Frees the networks.</summary>
    public abstract void Dispose();

    /// <summary>Restores the state that the run's folder holds, or initializes a fresh run from the checkpoint that the options name.</summary>
    /// <param name="networks">What is trained; the first is the model.</param>
    /// <exception cref="CheckpointException">The state or the initial checkpoint belongs to another configuration.</exception>
    private protected void Begin(params IReadOnlyList<TrainedNetwork> networks)
    {
        _networks = networks;
        _checkpoint = new RunCheckpoint(Options.RunDirectory, networks);
        if (_checkpoint.FindState() is { } state)
        {
            (StepsDone, IReadOnlyDictionary<string, string> metadata) = _checkpoint.LoadState(state);
            OnResumed(state, metadata);
            Options.Report($"resumed {state} at step {StepsDone}");
        }
        else if (Options.InitializeFrom is { } path)
        {
            networks[0].Load(ReadInitial(path));
            OnInitialized();
            Options.Report($"initialized from {path}");
        }
    }

    /// <summary>The recipe's weights of kinds as they apply to the data; the user is told where they do not.</summary>
    /// <param name="setting">Key of the weights in the recipe.</param>
    /// <param name="weights">The recipe's weights.</param>
    /// <param name="kinds">What each file counts for.</param>
    private protected Dictionary<string, StepValue> Applying(string setting, Dictionary<string, StepValue> weights, IEnumerable<string> kinds) =>
        KindWeights.Applying(setting, weights, kinds, stated: !Directory.Exists(Options.DataPath), Options.Report);

    /// <inheritdoc cref="Applying(string, Dictionary{string, StepValue}, IEnumerable{string})"/>
    private protected Dictionary<string, double> Applying(string setting, Dictionary<string, double> weights, IEnumerable<string> kinds) =>
        KindWeights.Applying(setting, weights, kinds, stated: !Directory.Exists(Options.DataPath), Options.Report);

    /// <summary>The files of a split; of a folder that cannot be read the user is told.</summary>
    /// <param name="split">The split.</param>
    /// <param name="otherSplit">The recipe's other split.</param>
    /// <exception cref="ConfigException">As <see cref="ClipList.Read"/>.</exception>
    private protected IReadOnlyList<AudioClip> Clips(string split, string otherSplit) => ClipList.Read(Options.DataPath, split, otherSplit, folder =>
    {
        if (_unreadable.Add(folder))
        {
            Options.Report($"warning: folder '{folder}' cannot be read and is passed over");
        }
    });

    /// <summary>Files to validate on, spread over each kind. Where there are none, the user is told that the run is not validated.</summary>
    /// <param name="split">Their split of the data set.</param>
    /// <param name="trainSplit">The split that is trained on.</param>
    /// <param name="kindWeights">Weights of the kinds as they apply in training: kinds without one are left out.</param>
    private protected IReadOnlyList<AudioClip> ValidationClips(string split, string trainSplit, Dictionary<string, double> kindWeights)
    {
        try
        {
            IReadOnlyList<AudioClip> clips = Clips(split, trainSplit);
            return [.. clips
                .Where(clip => kindWeights.Count == 0 || kindWeights.GetValueOrDefault(clip.Kind) > 0)
                .GroupBy(clip => clip.Kind)
                .SelectMany(kind => AudioClip.Spread([.. kind], _pace.ValidFiles))];
        }
        catch (ConfigException)
        {
            Options.Report($"no files of the split '{split}': this run is not validated");
            return [];
        }
    }

    /// <summary>Called with the metadata of a state that was restored.</summary>
    private protected abstract void OnResumed(string path, IReadOnlyDictionary<string, string> metadata);

    /// <summary>The tensors of a checkpoint that a fresh run starts from.</summary>
    private protected abstract StateDict ReadInitial(string path);

    /// <summary>Called when a fresh run was initialized from a checkpoint.</summary>
    private protected abstract void OnInitialized();

    /// <summary>Gets the data ready.</summary>
    private protected abstract void Prepare(CancellationToken cancellation);

    /// <summary>Does what comes between two steps, before <paramref name="step"/>.</summary>
    private protected virtual void BeforeStep(long step, RunLog log)
    {
    }

    /// <summary>Makes a step.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    private protected abstract StepResult Step(long step);

    /// <summary>What a state needs beside the networks.</summary>
    private protected abstract IReadOnlyDictionary<string, string> StateMetadata();

    /// <summary>Writes the model for the managed engine, when the state is saved.</summary>
    private protected abstract void SaveModel(long step);

    /// <summary>Measures the averaged network on validation data and logs the results.</summary>
    private protected abstract void Validate(long step, RunLog log);

    private void RunSteps(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Options.RunDirectory);
        AtomicFile.Write(Path.Combine(Options.RunDirectory, "config.yaml"), SettingsFile.ToYaml(_recipe));
        using var log = new RunLog(Options.RunDirectory, Options.Report, ShownValues);
        var meter = new RunMeter(AudioSecondsPerStep);
        long last = Math.Min(_pace.Steps, Options.StopAtStep ?? long.MaxValue);
        while (StepsDone < last && !Converged && !cancellation.IsCancellationRequested)
        {
            BeforeStep(StepsDone, log);
            StepResult result = Step(StepsDone);
            if (!result.IsFinite)
            {
                throw new TrainingException(
                    $"step {StepsDone}: {string.Join(", ", result.Values.Where(v => !double.IsFinite(v.Value)).Select(v => v.Key))} not finite. "
                    + $"The state of the last checkpoint is kept in {Options.RunDirectory}; resume with a lower optimizer.lr or clip_norm.");
            }

            StepsDone++;
            meter.Add(result);
            AfterStep(log, meter);
        }

        Save();
        string state = Path.Combine(Options.RunDirectory, RunCheckpoint.StateFile);
        log.Message($"{(StepsDone < _pace.Steps && !Converged ? "stopped" : "finished")} at step {StepsDone}; state in {state}");
    }

    private void AfterStep(RunLog log, RunMeter meter)
    {
        if (StepsDone % _pace.LogEvery == 0)
        {
            log.Progress(StepsDone, _pace.Steps, meter.Flush(_pace.Steps - StepsDone, WaitedForData), BrokenFiles);
        }

        if (StepsDone % _pace.SaveEvery == 0)
        {
            Save();
        }

        if (StepsDone % _pace.ValidEvery == 0)
        {
            Validate(StepsDone, log);
        }
    }

    private void Save()
    {
        Checkpoint.SaveState(StepsDone, StateMetadata());
        SaveModel(StepsDone);
    }

    /// <summary>Makes one step that is not kept, and reports it.</summary>
    private void DryRun()
    {
        long start = Stopwatch.GetTimestamp();
        StepResult result = Step(StepsDone);
        string values = string.Join(", ", result.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key} {v.Value:G4}")));
        Options.Report(
            $"dry run: {_networks[0].ParameterCount:N0} parameters, one step in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s ({values})");
        if (!result.IsFinite)
        {
            throw new TrainingException("dry run: the first step gives numbers that are not finite.");
        }
    }
}
