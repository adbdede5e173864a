namespace AudioCodec.Training.Trainers;

/// <summary>What a <see cref="TrainingLoop"/> drives: one network with its data.</summary>
internal interface ITrainingTask
{
    /// <summary>Steps made so far; the loop counts them.</summary>
    long StepsDone { get; set; }

    /// <summary>Seconds of audio that a step sees.</summary>
    double AudioSecondsPerStep { get; }

    /// <summary>Time that steps have waited for data so far.</summary>
    TimeSpan WaitedForData { get; }

    /// <summary>Files that could not be read, and the message of the first.</summary>
    (int Count, string? FirstError) BrokenFiles { get; }

    /// <summary>Whether a value stands in the line that a user sees.</summary>
    bool IsShown(string name);

    /// <summary>Makes the step after <see cref="StepsDone"/>.</summary>
    StepResult Step(RunLog log);

    /// <summary>Writes the state, and the network for the managed engine, into the run's folder.</summary>
    void Save();

    /// <summary>Measures the averaged network on validation data and logs what it finds.</summary>
    void Validate(RunLog log);
}
