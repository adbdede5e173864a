namespace AudioCodec.Evaluation.Generation;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations, in double precision.</summary>
/// <remarks>Source: Golub and Van Loan, Matrix Computations, 8.5. Slow for a thousand rows, but accurate for the smallest eigenvalues of covariances too.</remarks>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>Decomposes A = V diag(w) V'.</summary>
    /// <param name="matrix">[n, n], symmetric; overwritten.</param>
    /// <param name="n">Rows.</param>
    /// <param name="withVectors">Whether the eigenvectors are needed.</param>
    /// <returns>w in no order, and the columns of V ([n, n], row-major) or nothing.</returns>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int n, bool withVectors)
    {
        var vectors = new double[withVectors ? n * n : 0];
        for (int i = 0; withVectors && i < n; i++)
        {
            vectors[(i * n) + i] = 1;
        }

        double scale = 0;
        foreach (double value in matrix)
        {
            scale += value * value;
        }

        for (int sweep = 0; sweep < MostSweeps && OffDiagonal(matrix, n) > 1e-30 * scale; sweep++)
        {
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    Rotate(matrix, vectors, n, p, q);
                }
            }
        }

        var values = new double[n];
        for (int i = 0; i < n; i++)
        {
            values[i] = matrix[(i * n) + i];
        }

        return (values, vectors);
    }

    private static double OffDiagonal(double[] matrix, int n)
    {
        double sum = 0;
        for (int p = 0; p < n; p++)
        {
            for (int q = p + 1; q < n; q++)
            {
                sum += matrix[(p * n) + q] * matrix[(p * n) + q];
            }
        }

        return 2 * sum;
    }

    /// <summary>Turns rows and columns p and q so that their common element becomes zero.</summary>
    private static void Rotate(double[] a, double[] vectors, int n, int p, int q)
    {
        double apq = a[(p * n) + q];
        if (apq == 0)
        {
            return;
        }

        double tau = (a[(q * n) + q] - a[(p * n) + p]) / (2 * apq);
        double t = tau >= 0 ? 1 / (tau + Math.Sqrt(1 + (tau * tau))) : -1 / (-tau + Math.Sqrt(1 + (tau * tau)));
        double c = 1 / Math.Sqrt(1 + (t * t)), s = t * c;
        for (int k = 0; k < n; k++)
        {
            (double kp, double kq) = (a[(k * n) + p], a[(k * n) + q]);
            a[(k * n) + p] = (c * kp) - (s * kq);
            a[(k * n) + q] = (s * kp) + (c * kq);
        }

        for (int k = 0; k < n; k++)
        {
            (double pk, double qk) = (a[(p * n) + k], a[(q * n) + k]);
            a[(p * n) + k] = (c * pk) - (s * qk);
            a[(q * n) + k] = (s * pk) + (c * qk);
        }

        for (int k = 0; k < n && vectors.Length > 0; k++)
        {
            (double kp, double kq) = (vectors[(k * n) + p], vectors[(k * n) + q]);
            vectors[(k * n) + p] = (c * kp) - (s * kq);
            vectors[(k * n) + q] = (s * kp) + (c * kq);
        }
    }
}
