using System.Globalization;
using System.Text.Json;

namespace AudioCodec;

/// <summary>Makes untrusted text safe to show in messages.</summary>
internal static class Messages
{
    private const int MaxQuotedChars = 120;

    /// <summary>Shortens the text and replaces control characters.</summary>
    public static string Quote(string text) => text.Length > MaxQuotedChars ? Plain(text[..MaxQuotedChars]) + "…" : Plain(text);

    /// <summary>Replaces control characters, which could disturb a terminal or pass for lines of the program's own.</summary>
    public static string Plain(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;

    /// <summary>What is wrong with text that should be JSON, in words that do not name what reads it.</summary>
    /// <param name="fault">What the reader threw.</param>
    public static string OfJson(Exception fault)
    {
        string text = fault.Message;
        foreach (string detail in new[] { " Path: ", " LineNumber: ", ", when isFinalBlock is true" })
        {
            int end = text.IndexOf(detail, StringComparison.Ordinal);
            text = end < 0 ? text : text[..end];
        }

        return fault switch
        {
            JsonException { LineNumber: long line } => $"no valid JSON in line {line + 1}: {Quote(text).TrimEnd('.')}.",
            JsonException => $"no valid JSON: {Quote(text)}",
            ArgumentException argument => Quote(WithoutParameter(argument)),
            InvalidOperationException => "no valid JSON: a value is of another type, or its text is not valid.",
            _ => Quote(text),
        };
    }

    /// <summary>The message of a refusal without the name of a parameter, which says nothing to a user.</summary>
    public static string WithoutParameter(ArgumentException refusal) => refusal.ParamName is null
        ? refusal.Message
        : refusal.Message.Replace($" (Parameter '{refusal.ParamName}')", string.Empty, StringComparison.Ordinal);

    /// <summary>A number of things: <c>1 channel</c>, <c>2 channels</c>.</summary>
    public static string Count(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");

    /// <summary>A shape as <c>[64, 32, 7]</c>.</summary>
    public static string Shape(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
