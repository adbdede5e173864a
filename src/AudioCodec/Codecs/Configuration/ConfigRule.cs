namespace AudioCodec.Codecs.Configuration;

/// <summary>Checks of the values of a configuration.</summary>
internal static class ConfigRule
{
    /// <summary>Longest name of a codec, which is written in headers and file names.</summary>
    public const int MaxNameChars = 64;

    /// <summary>Throws unless a condition holds.</summary>
    /// <exception cref="ConfigException">The condition does not hold.</exception>
    public static void Require(bool holds, string key, object? value, string allowed)
    {
        if (!holds)
        {
            throw new ConfigException($"{key} is {(value is string text ? $"'{text}'" : value ?? "nothing")}; allowed: {allowed}.", key);
        }
    }

    /// <summary>Throws if a number is outside a range, whose ends are allowed.</summary>
    /// <exception cref="ConfigException">The number is outside the range.</exception>
    public static void RequireRange(string key, int value, int least, int most) =>
        Require(value >= least && value <= most, key, value, $"{least} to {most}");

    /// <summary>Whether a character may stand in a name.</summary>
    public static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';

    /// <summary>Throws if a name cannot be written in a header or used as the name of a folder.</summary>
    /// <exception cref="ConfigException">The name is not allowed.</exception>
    public static void RequireName(string key, string? name, int maxChars = MaxNameChars) => Require(
        name is { Length: > 0 } && name.Length <= maxChars && name[0] != '.' && name.All(IsNameCharacter),
        key, name ?? "", $"1 to {maxChars} letters, digits, '_', '-' and '.', not starting with '.'");
}
