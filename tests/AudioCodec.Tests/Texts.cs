using FsCheck;
using FsCheck.Fluent;

namespace AudioCodec.Tests;

/// <summary>Texts with what formats trip over: quotes, escapes, control characters, letters of two to four bytes.</summary>
internal static class Texts
{
    private static readonly string[] s_parts = ["a", "Z", "0", "_", " ", "\"", "'", "\\", "/", ":", "#", "\t", "\n", "\0", "\u007f", "é", "ß", "世", "\uffff", "🎵"];

    /// <summary>One to <paramref name="most"/> characters, of which two may make one letter.</summary>
    public static Gen<string> Of(int most) =>
        from count in Gen.Choose(1, most)
        from parts in Gen.Elements(s_parts).ListOf(count)
        select string.Concat(parts);
}
