namespace AudioCodec.Metrics;

/// <summary>STOI and ESTOI of one pair of signals, see <see cref="Metrics.Stoi"/>.</summary>
/// <param name="Stoi">Short-time objective intelligibility, at most 1; NaN where it is not defined.</param>
/// <param name="Estoi">Extended short-time objective intelligibility, at most 1; NaN where it is not defined.</param>
public readonly record struct StoiScores(double Stoi, double Estoi);
