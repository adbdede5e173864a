using System.Diagnostics;
using System.Globalization;
using AudioCodec.Files;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Modules;

namespace AudioCodec.Training.Trainers;

/// <summary>The course of every run: steps, log, validation and checkpoints at their intervals, stop and save.</summary>
internal sealed class TrainingLoop(RunPace pace, TrainOptions options)
{
    /// <summary>Trains until the recipe's steps are made or the token is cancelled; both save.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="settings">The recipe, for the record.</param>
    /// <param name="cancellation">Ends the run after the step in progress.</param>
    /// <returns>Steps made in all.</returns>
    /// <exception cref="TrainingException">A loss or gradient is not finite, or the run's folder cannot be written; the last checkpoint is kept.</exception>
    public long Run(ITrainingTask task, object settings, CancellationToken cancellation)
    {
        try
        {
            return RunSteps(task, settings, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(
                $"step {task.StepsDone}: the run's folder cannot be written: {error.Message}. The last complete checkpoint in {options.RunDirectory} is kept; "
                + "make room there, then give the same command again to go on from it.",
                error);
        }
    }

    private long RunSteps(ITrainingTask task, object settings, CancellationToken cancellation)
    {
        Directory.CreateDirectory(options.RunDirectory);
        AtomicFile.Write(Path.Combine(options.RunDirectory, "config.yaml"), SettingsFile.ToYaml(settings));
        using var log = new RunLog(options.RunDirectory, options.Report, task.IsShown);
        var meter = new RunMeter(pace.Steps, task);
        long last = Math.Min(pace.Steps, options.StopAtStep ?? long.MaxValue);
        while (task.StepsDone < last && !cancellation.IsCancellationRequested)
        {
            StepResult result = task.Step(log);
            if (!result.IsFinite)
            {
                throw new TrainingException(
                    $"step {task.StepsDone}: {string.Join(", ", result.Values.Where(v => !double.IsFinite(v.Value)).Select(v => v.Key))} not finite. "
                    + $"The state of the last checkpoint is kept in {options.RunDirectory}; resume with a lower optimizer.lr or clip_norm.");
            }

            task.StepsDone++;
            meter.Add(result);
            AfterStep(task, log, meter);
        }

        task.Save();
        string state = Path.Combine(options.RunDirectory, TrainingState.FileName);
        log.Message($"{(task.StepsDone < pace.Steps ? "stopped" : "finished")} at step {task.StepsDone}; state in {state}");
        return task.StepsDone;
    }

    /// <summary>Takes one step that is not kept, and reports it.</summary>
    /// <exception cref="TrainingException">A number is not finite.</exception>
    public void DryRun(ParameterSet tensors, Func<StepResult> step)
    {
        long start = Stopwatch.GetTimestamp();
        StepResult result = step();
        string values = string.Join(", ", result.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key} {v.Value:G4}")));
        long parameters = tensors.TrainableNames.Sum(n => tensors[n].numel());
        options.Report($"dry run: {parameters:N0} parameters, one step in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s ({values})");
        if (!result.IsFinite)
        {
            throw new TrainingException("dry run: the first step gives numbers that are not finite.");
        }
    }

    private void AfterStep(ITrainingTask task, RunLog log, RunMeter meter)
    {
        long done = task.StepsDone;
        if (done % pace.LogEvery == 0)
        {
            log.Progress(done, pace.Steps, meter.Flush(), task.BrokenFiles);
        }

        if (done % pace.SaveEvery == 0)
        {
            task.Save();
        }

        if (done % pace.ValidEvery == 0)
        {
            task.Validate(log);
        }
    }
}
