namespace AudioCodec.Training.Evaluation;

/// <summary>One file to evaluate on.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Kind">What it holds (<c>speech</c>, <c>music</c>, <c>env</c>, ...): results are grouped by it.</param>
/// <param name="Title">Name in reports.</param>
public sealed record EvaluationClip(string Path, string Kind, string Title);
