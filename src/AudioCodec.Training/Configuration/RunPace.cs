namespace AudioCodec.Training.Configuration;

/// <summary>How long a run is, and what is written when: the part of the <c>run</c> section that all recipes have.</summary>
public abstract class RunPace
{
    /// <summary>Steps in all.</summary>
    public int Steps { get; set; } = 100000;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Steps between lines of the log.</summary>
    public int LogEvery { get; set; } = 50;

    /// <summary>Steps between validations.</summary>
    public int ValidEvery { get; set; } = 1000;

    /// <summary>Steps between checkpoints.</summary>
    public int SaveEvery { get; set; } = 500;

    /// <summary>Files per kind in a validation.</summary>
    public int ValidFiles { get; set; } = 6;

    /// <summary>Seconds taken of each validation file.</summary>
    public double ValidSeconds { get; set; } = 5;

    /// <summary>Checks lengths and intervals.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate() => Setting.Require(
        Steps >= 1 && LogEvery >= 1 && SaveEvery >= 1 && ValidEvery >= 1, "run.steps", "steps and intervals must be at least 1");
}
