using static TorchSharp.torch;

namespace AudioCodec.Training.Initialization;

/// <summary>One step of a cascade of principal-component transforms: blocks of what the step before gave, and their strongest components.</summary>
/// <param name="Basis">Orthonormal rows [components][stride * inputs]; column j * inputs + i weighs input i at sample j of the block.</param>
/// <param name="Deviations">Root mean square of each component over the audio seen.</param>
/// <param name="Scales">What each component is multiplied by in its channel; over all channels the mean power is 1.</param>
internal sealed record PrincipalStage(double[][] Basis, double[] Deviations, double[] Scales)
{
    /// <summary>Headroom below zero, in root mean squares: a channel lifted by so much passes ELU, the identity above zero, unchanged.</summary>
    private const double Headroom = 3;

    /// <summary>Components kept.</summary>
    public int Components => Basis.Length;

    /// <summary>What a channel is lifted by.</summary>
    public double Offset(int component) => Headroom * Scales[component] * Deviations[component];

    /// <summary>The stage before all others: the signal itself.</summary>
    public static PrincipalStage Signal(int channels, double deviation)
    {
        double[] deviations = [.. Enumerable.Repeat(deviation, channels)];
        double[][] identity = [.. Enumerable.Range(0, channels).Select(c => Enumerable.Range(0, channels).Select(i => i == c ? 1.0 : 0).ToArray())];
        return new PrincipalStage(identity, deviations, Flatten(deviations, 0));
    }

    /// <summary>The strongest components of blocks of <paramref name="stride"/> samples.</summary>
    /// <param name="samples">[N, T, C] components of the stage before, T a multiple of the stride; replaced by this stage's.</param>
    /// <param name="stride">Samples in a block.</param>
    /// <param name="most">Components to keep at most.</param>
    public static PrincipalStage Of(ref Tensor samples, int stride, int most)
    {
        int inputs = (int)samples.shape[2];
        int size = stride * inputs;
        Tensor blocks = samples.reshape(-1, size);
        int kept = Math.Min(size, most);

        // Eigenvalues come in ascending order, eigenvectors as columns.
        (Tensor values, Tensor vectors) = linalg.eigh((matmul(blocks.t(), blocks) / blocks.shape[0]).to(ScalarType.Float64));
        double[] energies = [.. values.flip(0).data<double>()];
        Tensor rows = vectors.flip(1).t().narrow(0, 0, kept).contiguous();
        samples = matmul(blocks, rows.to(ScalarType.Float32).t()).view(samples.shape[0], -1, kept);
        double[] deviations = [.. energies.Take(kept).Select(e => Math.Sqrt(Math.Max(e, energies[0] * 1e-7)))];
        double[][] basis = [.. rows.data<double>().ToArray().Chunk(size)];
        return new PrincipalStage(basis, deviations, Flatten(deviations, 0.5));
    }

    /// <summary>Scales of deviation^-<paramref name="exponent"/> that give unit mean power: weak components are not lost beside strong ones.</summary>
    public static double[] Flatten(double[] deviations, double exponent)
    {
        double power = deviations.Average(d => Math.Pow(d, 2 - (2 * exponent)));
        return [.. deviations.Select(d => Math.Pow(d, -exponent) / Math.Sqrt(power))];
    }
}
