namespace AudioCodec.Cli.Takes;

/// <summary>A text to make sound from.</summary>
/// <param name="Text">The text; empty for none.</param>
/// <param name="Output">Name of the output, where the prompt's line in a file states one.</param>
internal sealed record TakePrompt(string Text, string? Output = null);
