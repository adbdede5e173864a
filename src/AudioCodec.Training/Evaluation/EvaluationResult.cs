namespace AudioCodec.Training.Evaluation;

/// <summary>What an evaluation found.</summary>
/// <param name="Points">The rate-distortion table: by kind, codec, rate.</param>
/// <param name="Scores">Every single measurement.</param>
/// <param name="Perplexities">Per codec with codebooks, the perplexity of every level over all kinds, at its highest rate.</param>
/// <param name="Examples">Excerpts to look at and listen to.</param>
/// <param name="Notes">What a reader should know: codecs left out, files that could not be read.</param>
public sealed record EvaluationResult(
    IReadOnlyList<RatePoint> Points,
    IReadOnlyList<ClipScores> Scores,
    IReadOnlyDictionary<string, double[]> Perplexities,
    IReadOnlyList<ClipExample> Examples,
    IReadOnlyList<string> Notes);
