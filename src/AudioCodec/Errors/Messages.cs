using System.Text;

namespace AudioCodec;

/// <summary>Makes untrusted text safe to show in messages.</summary>
internal static class Messages
{
    private const int MaxQuotedChars = 120;

    /// <summary>Shortens the text and replaces control characters, which could disturb a terminal.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(Math.Min(text.Length, MaxQuotedChars) + 1);
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxQuotedChars)))
        {
            quoted.Append(char.IsControl(c) ? '?' : c);
        }

        return text.Length > MaxQuotedChars ? quoted.Append('…').ToString() : quoted.ToString();
    }

    /// <summary>A shape as <c>[64, 32, 7]</c>.</summary>
    public static string Shape(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
