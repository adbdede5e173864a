namespace AudioCodec.Evaluation.Generation;

/// <summary>A prompt, and what the sound that it asks for is.</summary>
/// <param name="Prompt">What a generator is asked for.</param>
/// <param name="Label">What a classifier should hear.</param>
/// <param name="Path">File of a sound that was generated from it, or <see langword="null"/>.</param>
public sealed record LabelledPrompt(string Prompt, string Label, string? Path = null);
