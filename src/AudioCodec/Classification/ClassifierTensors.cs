namespace AudioCodec.Classification;

/// <summary>Names and shapes of the tensors of a sound classifier.</summary>
public static class ClassifierTensors
{
    /// <summary>Side of the square kernels.</summary>
    internal const int KernelSize = 3;

    /// <summary>Added to the variances of batch normalization, as PyTorch does.</summary>
    internal const double NormEpsilon = 1e-5;

    /// <summary>Prefix of a member's tensors.</summary>
    internal static string Member(int member) => $"members.{member}.";

    /// <summary>Bands that are left after the last convolution.</summary>
    internal static int FinalBands(ClassifierConfig config) => config.MelBands >> (config.Filters.Count - 1);

    /// <summary>Lists every tensor the classifier needs.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <returns>Name and shape; kernels are [outputs, inputs, time, bands], matrices [outputs, inputs].</returns>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static IReadOnlyList<(string Name, int[] Shape)> For(ClassifierConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return [.. List(config.Validated())];
    }

    private static IEnumerable<(string Name, int[] Shape)> List(ClassifierConfig config)
    {
        for (int member = 0; member < config.Members; member++)
        {
            string prefix = Member(member);
            int inputs = 1;
            for (int layer = 0; layer < config.Filters.Count; layer++)
            {
                int outputs = config.Filters[layer];
                yield return ($"{prefix}convs.{layer}.weight", [outputs, inputs, KernelSize, KernelSize]);
                foreach (string name in new[] { "weight", "bias", "running_mean", "running_var" })
                {
                    yield return ($"{prefix}norms.{layer}.{name}", [outputs]);
                }

                inputs = outputs;
            }

            yield return ($"{prefix}embedding.weight", [config.Embedding, inputs * FinalBands(config)]);
            yield return ($"{prefix}embedding.bias", [config.Embedding]);
            yield return ($"{prefix}head.weight", [config.Labels.Count, config.Embedding]);
            yield return ($"{prefix}head.bias", [config.Labels.Count]);
        }
    }
}
