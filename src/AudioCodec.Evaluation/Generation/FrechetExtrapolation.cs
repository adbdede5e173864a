using AudioCodec.Numerics;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Fréchet distance of a set to a reference, with the part of it that only comes from the set's size.</summary>
/// <param name="Vectors">Vectors in the set N.</param>
/// <param name="Distance">The distance of the whole set.</param>
/// <param name="AtCommonCount">The distance of as many vectors as the smallest set of a table has, mean of several random choices: comparable between sets.</param>
/// <param name="Infinite">What the distance of an unlimited set would be: a line through the distances of parts, against 1/N, at 0. NaN for a set too small for that.</param>
/// <remarks>The distance of N vectors lies above the true one by about a constant / N: Chong and Forsyth 2020 (arXiv 1911.07023); Gui et al. 2023 (arXiv 2311.01616).</remarks>
public sealed record FrechetExtrapolation(int Vectors, double Distance, double AtCommonCount, double Infinite)
{
    private const int Counts = 8;
    private const int Draws = 4;
    private const double SmallestShare = 0.35;

    /// <summary>Measures a set.</summary>
    /// <param name="reference">Distances to the reference.</param>
    /// <param name="vectors">The set; at least two.</param>
    /// <param name="commonCount">Vectors of the smallest set of the table.</param>
    /// <param name="seed">Seed of the random parts.</param>
    public static FrechetExtrapolation Of(FrechetDistance reference, IReadOnlyList<float[]> vectors, int commonCount, long seed)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(vectors);
        double whole = reference.To(vectors);
        double common = commonCount >= vectors.Count ? whole : Mean(reference, vectors, Math.Max(2, commonCount), Draws * 2, SplitMix.For(seed, commonCount, 0));

        // Below the dimension a covariance is singular, and the distance is no line against 1/N.
        int least = Math.Max((int)(SmallestShare * vectors.Count), reference.Dimensions + 1);
        if (least > 0.8 * vectors.Count)
        {
            return new FrechetExtrapolation(vectors.Count, whole, common, double.NaN);
        }

        var points = new List<(double X, double Y)> { (1.0 / vectors.Count, whole) };
        for (int i = 1; i < Counts; i++)
        {
            double inverse = (1.0 / vectors.Count) + ((double)i / (Counts - 1) * ((1.0 / least) - (1.0 / vectors.Count)));
            int count = Math.Clamp((int)Math.Round(1 / inverse), least, vectors.Count);
            points.Add((1.0 / count, Mean(reference, vectors, count, Draws, SplitMix.For(seed, count, 1))));
        }

        return new FrechetExtrapolation(vectors.Count, whole, common, AtZero(points));
    }

    private static double Mean(FrechetDistance reference, IReadOnlyList<float[]> vectors, int count, int draws, SplitMix random) =>
        Enumerable.Range(0, draws).Average(_ => reference.To(RandomPart.Of(vectors, count, random)));

    /// <summary>The value at 0 of the line of least squares.</summary>
    private static double AtZero(List<(double X, double Y)> points)
    {
        double x = points.Average(p => p.X), y = points.Average(p => p.Y);
        double slope = points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
        return y - (slope * x);
    }
}
