namespace AudioCodec.Metrics;

/// <summary>What <see cref="Metrics.Stoi"/> computes of one pair of signals.</summary>
/// <param name="Stoi">Short-time objective intelligibility, at most 1; NaN where it is not defined.</param>
/// <param name="Estoi">Extended short-time objective intelligibility, at most 1; NaN where it is not defined.</param>
public readonly record struct StoiScores(double Stoi, double Estoi);
