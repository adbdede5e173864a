using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Quantization;

/// <summary>The codebooks of a residual vector quantizer, read-only.</summary>
internal sealed class ResidualVectorQuantizer
{
    private readonly float[][] _entries;
    private readonly PackedMatrix[] _scores;

    /// <summary>Takes the entries of each codebook, [N, D].</summary>
    public ResidualVectorQuantizer(int dimension, int size, float[][] entries)
    {
        Dimension = dimension;
        Size = size;
        _entries = entries;
        _scores = [.. entries.Select(Pack)];
    }

    /// <summary>Latent dimension D.</summary>
    public int Dimension { get; }

    /// <summary>Entries N of each codebook.</summary>
    public int Size { get; }

    /// <summary>Official name of a level's codebook.</summary>
    public static string NameOf(int level) => $"quantizer.vq.layers.{level}._codebook.embed";

    /// <summary>Loads the codebooks, each [N, D].</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static ResidualVectorQuantizer Load(EncodecConfig config, StateDict source) => new(
        config.Dimension,
        config.CodebookSize,
        [.. Enumerable.Range(0, config.Codebooks).Select(level => source.Get(NameOf(level), config.CodebookSize, config.Dimension))]);

    /// <summary>One codebook's entries, [N, D].</summary>
    public ReadOnlySpan<float> Entries(int codebook) => _entries[codebook];

    /// <summary>
    /// [D, N] and the bias -|e|^2 / 2: x e - |e|^2 / 2 is largest for the entry nearest to x.
    /// </summary>
    public PackedMatrix Scores(int codebook) => _scores[codebook];

    private PackedMatrix Pack(float[] entries)
    {
        PackedMatrix matrix = PackedMatrix.FromColumns(entries, Dimension);
        for (int entry = 0; entry < Size; entry++)
        {
            matrix.Bias[entry] = -0.5f * TensorPrimitives.SumOfSquares(entries.AsSpan(entry * Dimension, Dimension));
        }

        return matrix;
    }
}
