namespace AudioCodec.Cli.Takes;

/// <summary>Where a take goes.</summary>
/// <param name="Output">Audio or <c>.ecdc</c> file, or <c>-</c>.</param>
/// <param name="Tokens">File of its tokens, or <see langword="null"/>.</param>
internal sealed record TakeFile(string Output, string? Tokens);
