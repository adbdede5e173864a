namespace AudioCodec.Cli.Takes;

/// <summary>A text to make sound from.</summary>
/// <param name="Text">The text; empty for none.</param>
/// <param name="Output">Name of the output, where the prompt's line in a file states one.</param>
/// <param name="Place">File and line that it stands in, or <see langword="null"/> for the command line.</param>
internal sealed record TakePrompt(string Text, string? Output = null, string? Place = null);
