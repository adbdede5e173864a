using AudioCodec.Audio;

namespace AudioCodec.Training.Evaluation;

/// <summary>A short excerpt that a report shows and plays: the original and what each codec made of it.</summary>
/// <param name="Clip">The file it is from.</param>
/// <param name="Original">The excerpt.</param>
/// <param name="Versions">The same samples after coding, in the order of codecs and rates.</param>
public sealed record ClipExample(EvaluationClip Clip, AudioBuffer Original, IReadOnlyList<ClipVersion> Versions);
