using AudioCodec.TestSupport;
using AudioCodec.Text;

namespace AudioCodec.Tests.Generation.FrontDoor;

/// <summary>Gives the text states of a golden file for its texts, and made-up ones for others.</summary>
internal sealed class GoldenTexts(string fixture) : ITextEncoder
{
    public static IReadOnlyList<string> Known { get; } = ["a dog barks", "rain and wind, then thunder"];

    public int Width => 24;

    /// <summary>Texts encoded so far.</summary>
    public int Count { get; private set; }

    public bool Disposed { get; private set; }

    public TextStates Encode(string text)
    {
        Count++;
        int known = Known.ToList().IndexOf(text);
        if (known >= 0)
        {
            using GoldenFile golden = GoldenFile.Open(fixture);
            return new TextStates(golden.Floats($"t5.{known}"), Width);
        }

        var random = new Random(text.Length);
        return new TextStates(Enumerable.Range(0, Width * (1 + (text.Length % 5))).Select(_ => random.NextSingle() - 0.5f).ToArray(), Width);
    }

    public void Dispose() => Disposed = true;
}
