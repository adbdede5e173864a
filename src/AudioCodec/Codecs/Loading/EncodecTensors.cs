using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Codecs.Seanet;

namespace AudioCodec.Codecs.Loading;

/// <summary>Names and shapes of the tensors that a codec of a given configuration consists of, in the official naming.</summary>
public static class EncodecTensors
{
    /// <summary>Training buffers that a checkpoint may hold beside the weights; decoding and encoding ignore them.</summary>
    private static readonly string[] s_trainingBuffers = ["._codebook.inited", "._codebook.cluster_size", "._codebook.embed_avg"];

    /// <summary>Lists every tensor the model needs.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <returns>Name and shape: convolutions [out, in, kernel], transposed ones [in, out, kernel], codebooks [N, D].</returns>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static IReadOnlyList<(string Name, int[] Shape)> For(EncodecConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        int[] codebook = [config.CodebookSize, config.Dimension];
        return
        [
            .. SeanetPlan.Encoder(config).Tensors,
            .. SeanetPlan.Decoder(config).Tensors,
            .. Enumerable.Range(0, config.Codebooks).Select(level => (ResidualVectorQuantizer.NameOf(level), codebook)),
        ];
    }

    /// <summary>Checks that a state dict holds exactly the tensors of a configuration; the quantizer's training buffers may be there too.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or does not belong to the model.</exception>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static void Check(StateDict weights, EncodecConfig config)
    {
        ArgumentNullException.ThrowIfNull(weights);
        IReadOnlyList<(string Name, int[] Shape)> expected = For(config);
        foreach ((string name, int[] shape) in expected)
        {
            weights.Find(name, shape);
        }

        var known = expected.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        foreach ((string name, CheckpointTensor tensor) in weights.Tensors)
        {
            if (!known.Contains(name) && !Array.Exists(s_trainingBuffers, b => name.EndsWith(b, StringComparison.Ordinal)))
            {
                throw new CheckpointException(
                    $"{weights.Source}: tensor '{Messages.Quote(name)}' {Messages.Shape(tensor.Shape)} does not belong to the model '{config.Name}' "
                    + $"({known.Count} tensors). The checkpoint belongs to another configuration.",
                    weights.Source,
                    name);
            }
        }
    }
}
