namespace AudioCodec.Training.Evaluation;

/// <summary>How far an evaluation is.</summary>
/// <param name="Done">Files finished.</param>
/// <param name="Total">Files in all.</param>
/// <param name="Clip">The file that was finished last.</param>
public sealed record EvaluationProgress(int Done, int Total, EvaluationClip Clip);
