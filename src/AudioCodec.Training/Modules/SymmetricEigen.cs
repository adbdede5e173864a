namespace AudioCodec.Training.Modules;

/// <summary>Eigenvectors of a symmetric matrix by cyclic Jacobi rotations.</summary>
/// <remarks>Source: Golub and Van Loan, Matrix Computations, section 8.5. Meant for a few hundred rows.</remarks>
internal static class SymmetricEigen
{
    private const int MostSweeps = 30;

    /// <summary>Decomposes [n, n] values.</summary>
    /// <param name="matrix">Row-major; overwritten.</param>
    /// <param name="n">Rows.</param>
    /// <returns>Eigenvalues from the largest down, and the eigenvectors as rows in that order.</returns>
    public static (double[] Values, double[][] Vectors) Decompose(double[] matrix, int n)
    {
        double[][] a = [.. Enumerable.Range(0, n).Select(i => matrix.AsSpan(i * n, n).ToArray())];
        double[][] v = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => i == j ? 1.0 : 0).ToArray())];
        double scale = a.Sum(row => row.Sum(x => x * x));
        for (int sweep = 0; sweep < MostSweeps && OffDiagonal(a) > 1e-20 * scale; sweep++)
        {
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    Rotate(a, v, p, q);
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => a[i][i])];
        return ([.. order.Select(i => a[i][i])], [.. order.Select(i => v[i])]);
    }

    private static double OffDiagonal(double[][] a)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                sum += 2 * a[i][j] * a[i][j];
            }
        }

        return sum;
    }

    /// <summary>Makes a[p][q] zero; the rows of <paramref name="v"/> collect the eigenvectors.</summary>
    private static void Rotate(double[][] a, double[][] v, int p, int q)
    {
        if (a[p][q] == 0)
        {
            return;
        }

        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1);
        double s = t * c;
        for (int k = 0; k < a.Length; k++)
        {
            (a[k][p], a[k][q]) = ((c * a[k][p]) - (s * a[k][q]), (s * a[k][p]) + (c * a[k][q]));
        }

        (double[] rowP, double[] rowQ, double[] vectorP, double[] vectorQ) = (a[p], a[q], v[p], v[q]);
        for (int k = 0; k < a.Length; k++)
        {
            (rowP[k], rowQ[k]) = ((c * rowP[k]) - (s * rowQ[k]), (s * rowP[k]) + (c * rowQ[k]));
            (vectorP[k], vectorQ[k]) = ((c * vectorP[k]) - (s * vectorQ[k]), (s * vectorP[k]) + (c * vectorQ[k]));
        }
    }
}
