namespace AudioCodec.Training.Evaluation;

/// <summary>One line of a plot.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="Color">A CSS colour.</param>
/// <param name="Dashed">Whether the line is broken.</param>
/// <param name="Points">x and y, ascending in x; not-a-number and infinite values are left out.</param>
internal sealed record PlotSeries(string Name, string Color, bool Dashed, IReadOnlyList<(double X, double Y)> Points);
