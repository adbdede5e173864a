namespace AudioCodec.Codecs.Configuration;

/// <summary>Rules that the values of a configuration must keep.</summary>
internal static class ConfigRule
{
    /// <summary>Most characters of a codec's name; it stands in headers and file names.</summary>
    public const int MaxNameChars = 64;

    /// <summary>Refuses a value that breaks a rule.</summary>
    /// <exception cref="ConfigException">The rule does not hold.</exception>
    public static void Require(bool holds, string key, object? value, string allowed)
    {
        if (!holds)
        {
            throw new ConfigException($"{key} is {(value is string text ? $"'{text}'" : value ?? "nothing")}; allowed: {allowed}.", key);
        }
    }

    /// <summary>Refuses a number outside a range, both ends of which are allowed.</summary>
    /// <exception cref="ConfigException">It lies outside.</exception>
    public static void RequireRange(string key, int value, int least, int most) =>
        Require(value >= least && value <= most, key, value, $"{least} to {most}");

    /// <summary>Refuses a name that could not stand in a header or be a folder's name.</summary>
    /// <exception cref="ConfigException">It could not.</exception>
    public static void RequireName(string key, string? name, int maxChars = MaxNameChars) => Require(
        name is { Length: > 0 } && name.Length <= maxChars && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'),
        key, name ?? "", $"1 to {maxChars} letters, digits, '_', '-' and '.', not starting with '.'");
}
