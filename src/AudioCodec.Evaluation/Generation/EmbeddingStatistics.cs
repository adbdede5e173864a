namespace AudioCodec.Evaluation.Generation;

/// <summary>Mean and unbiased covariance of a set of vectors, in double precision.</summary>
/// <param name="Mean">[D].</param>
/// <param name="Covariance">[D, D].</param>
internal sealed record EmbeddingStatistics(double[] Mean, double[] Covariance)
{
    /// <summary>Measures a set.</summary>
    /// <param name="vectors">[D] each; at least two.</param>
    /// <exception cref="ArgumentException">There are fewer than two vectors, or their lengths differ.</exception>
    public static EmbeddingStatistics Of(IReadOnlyList<float[]> vectors)
    {
        if (vectors.Count < 2 || vectors.Any(vector => vector.Length != vectors[0].Length))
        {
            throw new ArgumentException("A covariance needs at least two vectors of one length.", nameof(vectors));
        }

        int size = vectors[0].Length;
        var mean = new double[size];
        foreach (float[] vector in vectors)
        {
            for (int i = 0; i < size; i++)
            {
                mean[i] += (double)vector[i] / vectors.Count;
            }
        }

        var covariance = new double[size * size];
        var centred = new double[size];
        foreach (float[] vector in vectors)
        {
            for (int i = 0; i < size; i++)
            {
                centred[i] = vector[i] - mean[i];
            }

            for (int i = 0; i < size; i++)
            {
                double factor = centred[i] / (vectors.Count - 1);
                for (int j = 0; j < size; j++)
                {
                    covariance[(i * size) + j] += factor * centred[j];
                }
            }
        }

        return new EmbeddingStatistics(mean, covariance);
    }
}
