using AudioCodec.Audio;

namespace AudioCodec.Evaluation.Generation;

/// <summary>A sound that is judged.</summary>
/// <param name="Name">Name in reports: file, or prompt and number.</param>
/// <param name="Prompt">What was asked for; empty where that is not known.</param>
/// <param name="Label">What it should sound like: one of the classifier's labels.</param>
/// <param name="Audio">The sound.</param>
public sealed record SoundSample(string Name, string Prompt, string Label, AudioBuffer Audio);
