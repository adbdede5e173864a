namespace AudioCodec.Training.Configuration;

/// <summary>A recipe.</summary>
public interface ITrainSettings
{
    /// <summary>Checks every value that can be checked without the data.</summary>
    /// <exception cref="ConfigException">A value is not allowed; its key is the recipe's, such as <c>model.filters</c>.</exception>
    void Validate();
}
