namespace AudioCodec;

/// <summary>How far a generation is.</summary>
/// <param name="Frames">Frames that are complete, of all takes together.</param>
/// <param name="TotalFrames">Frames to make.</param>
/// <param name="Fraction">Share of the work done, 0 to 1.</param>
/// <param name="Elapsed">Time taken so far.</param>
/// <param name="Remaining">Time left, estimated from the time taken.</param>
public sealed record GenerationProgress(long Frames, long TotalFrames, double Fraction, TimeSpan Elapsed, TimeSpan Remaining);
