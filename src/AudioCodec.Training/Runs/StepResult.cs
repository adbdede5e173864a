namespace AudioCodec.Training.Runs;

/// <summary>Numbers of one step, by the names under which they are logged.</summary>
internal sealed class StepResult
{
    /// <summary>Values in a fixed order.</summary>
    public SortedDictionary<string, double> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether every value is finite.</summary>
    public bool IsFinite => Values.Values.All(double.IsFinite);
}
