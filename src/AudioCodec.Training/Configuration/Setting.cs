namespace AudioCodec.Training.Configuration;

/// <summary>Rules that settings must keep.</summary>
internal static class Setting
{
    /// <summary>Throws when a setting breaks a rule.</summary>
    /// <exception cref="ConfigException">The rule does not hold.</exception>
    public static void Require(bool holds, string key, string found)
    {
        if (!holds)
        {
            throw new ConfigException($"{key}: {found}.", key);
        }
    }

    /// <summary>A fault of a model's configuration as one of the recipe whose <c>model</c> section it stands in.</summary>
    public static ConfigException InModel(ConfigException error) => new($"model.{error.Message}", $"model.{error.Key}", error);
}
