namespace AudioCodec.Training.Configuration;

/// <summary>A training recipe.</summary>
public interface ITrainSettings
{
    /// <summary>The <c>run</c> section.</summary>
    RunPace Run { get; }

    /// <summary>Checks every value that can be checked without the data.</summary>
    /// <exception cref="ConfigException">A value is not allowed; its key is the recipe's, such as <c>model.filters</c>.</exception>
    void Validate();
}
