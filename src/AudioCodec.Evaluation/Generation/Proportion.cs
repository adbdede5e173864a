namespace AudioCodec.Evaluation.Generation;

/// <summary>A share of trials, with how exactly it is known.</summary>
/// <param name="Hits">Trials that succeeded.</param>
/// <param name="Count">Trials.</param>
/// <remarks>The interval is Wilson's (1927) at 95 %.</remarks>
public readonly record struct Proportion(int Hits, int Count)
{
    private const double Z = 1.959964;

    /// <summary>Hits by count; NaN without trials.</summary>
    public double Value => (double)Hits / Count;

    /// <summary>Lower end of the interval.</summary>
    public double Low => Count == 0 ? double.NaN : Math.Max(0, Centre - HalfWidth);

    /// <summary>Upper end of the interval.</summary>
    public double High => Count == 0 ? double.NaN : Math.Min(1, Centre + HalfWidth);

    private double Centre => (Value + (Z * Z / (2 * Count))) / (1 + (Z * Z / Count));

    private double HalfWidth => Z * Math.Sqrt((Value * (1 - Value) / Count) + (Z * Z / (4.0 * Count * Count))) / (1 + (Z * Z / Count));
}
