using System.Numerics.Tensors;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Fréchet distance of sets of vectors, each taken as a normal distribution: with embeddings of sounds the Fréchet audio distance.</summary>
/// <remarks>
/// |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)), with unbiased covariances (Dowson and Landau 1982; Kilgour et al. 2019, arXiv 1812.08466). The trace
/// of the root is taken from the eigenvalues of S1^(1/2) S2 S1^(1/2), which is symmetric and may be singular.
/// </remarks>
public sealed class FrechetDistance
{
    private readonly EmbeddingStatistics _reference;
    private readonly double[] _root;

    /// <summary>Prepares distances to one set.</summary>
    /// <param name="reference">[D] each; at least two.</param>
    /// <exception cref="ArgumentException">There are fewer than two vectors, or their lengths differ, or they hold numbers that are not finite.</exception>
    public FrechetDistance(IReadOnlyList<float[]> reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        RequireFinite(reference);
        _reference = EmbeddingStatistics.Of(reference);
        Dimensions = _reference.Mean.Length;
        (double[] values, double[] vectors) = SymmetricEigen.Decompose([.. _reference.Covariance], Dimensions, withVectors: true);
        _root = new double[Dimensions * Dimensions];
        for (int k = 0; k < Dimensions; k++)
        {
            double root = Math.Sqrt(Math.Max(0, values[k]));
            for (int i = 0; i < Dimensions; i++)
            {
                for (int j = 0; j < Dimensions; j++)
                {
                    _root[(i * Dimensions) + j] += root * vectors[(i * Dimensions) + k] * vectors[(j * Dimensions) + k];
                }
            }
        }
    }

    /// <summary>Numbers of a vector D.</summary>
    public int Dimensions { get; }

    /// <summary>Distance of another set, at least 0.</summary>
    /// <param name="vectors">[D] each; at least two.</param>
    /// <exception cref="ArgumentException">There are fewer than two vectors, or their lengths are not D, or they hold numbers that are not finite.</exception>
    public double To(IReadOnlyList<float[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        RequireFinite(vectors);
        EmbeddingStatistics other = EmbeddingStatistics.Of(vectors);
        if (other.Mean.Length != Dimensions)
        {
            throw new ArgumentException($"The vectors have {other.Mean.Length} numbers; those of the reference have {Dimensions}.", nameof(vectors));
        }

        double[] product = Multiply(Multiply(_root, other.Covariance), _root);

        // Rounding must not make the matrix unsymmetric.
        for (int i = 0; i < Dimensions; i++)
        {
            for (int j = 0; j < i; j++)
            {
                product[(i * Dimensions) + j] = product[(j * Dimensions) + i] = (product[(i * Dimensions) + j] + product[(j * Dimensions) + i]) / 2;
            }
        }

        double root = SymmetricEigen.Decompose(product, Dimensions, withVectors: false).Values.Sum(value => Math.Sqrt(Math.Max(0, value)));
        double distance = Trace(_reference.Covariance) + Trace(other.Covariance) - (2 * root);
        for (int i = 0; i < Dimensions; i++)
        {
            distance += (_reference.Mean[i] - other.Mean[i]) * (_reference.Mean[i] - other.Mean[i]);
        }

        return Math.Max(0, distance);
    }

    private static void RequireFinite(IReadOnlyList<float[]> vectors)
    {
        if (vectors.Any(vector => !float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(vector))))
        {
            throw new ArgumentException("The vectors hold numbers that are not finite.", nameof(vectors));
        }
    }

    private double Trace(double[] matrix) => Enumerable.Range(0, Dimensions).Sum(i => matrix[(i * Dimensions) + i]);

    private double[] Multiply(double[] a, double[] b)
    {
        var product = new double[Dimensions * Dimensions];
        for (int i = 0; i < Dimensions; i++)
        {
            Span<double> row = product.AsSpan(i * Dimensions, Dimensions);
            for (int k = 0; k < Dimensions; k++)
            {
                TensorPrimitives.MultiplyAdd(b.AsSpan(k * Dimensions, Dimensions), a[(i * Dimensions) + k], row, row);
            }
        }

        return product;
    }
}
