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
}
