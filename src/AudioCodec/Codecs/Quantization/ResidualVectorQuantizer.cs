using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Quantization;

/// <summary>The codebooks of a residual vector quantizer, read-only; each is read at its first use.</summary>
internal sealed class ResidualVectorQuantizer
{
    private readonly Lazy<float[]>[] _entries;
    private readonly Lazy<PackedMatrix>[] _scores;

    /// <summary>The codebooks of a checkpoint, each [N, D].</summary>
    /// <param name="config">The configuration of the model.</param>
    /// <param name="source">Its tensors.</param>
    /// <param name="reading">Held while a tensor is read.</param>
    public ResidualVectorQuantizer(EncodecConfig config, StateDict source, Lock? reading = null)
        : this(config.Dimension, config.CodebookSize, config.Codebooks, level => Read(config, source, level, reading ?? new Lock()))
    {
    }

    /// <summary>Takes the entries of each codebook, [N, D].</summary>
    public ResidualVectorQuantizer(int dimension, int size, float[][] entries)
        : this(dimension, size, entries.Length, level => entries[level])
    {
    }

    private ResidualVectorQuantizer(int dimension, int size, int codebooks, Func<int, float[]> read)
    {
        Dimension = dimension;
        Size = size;
        _entries = [.. Enumerable.Range(0, codebooks).Select(level => new Lazy<float[]>(() => read(level)))];
        _scores = [.. _entries.Select(entries => new Lazy<PackedMatrix>(() => Pack(entries.Value)))];
    }

    /// <summary>Latent dimension D.</summary>
    public int Dimension { get; }

    /// <summary>Entries N of each codebook.</summary>
    public int Size { get; }

    /// <summary>Official name of a level's codebook.</summary>
    public static string NameOf(int level) => $"quantizer.vq.layers.{level}._codebook.embed";

    /// <summary>Reads all codebooks at once, so that the checkpoint is not needed any more.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static ResidualVectorQuantizer Load(EncodecConfig config, StateDict source)
    {
        ResidualVectorQuantizer quantizer = new(config, source);
        foreach (Lazy<PackedMatrix> scores in quantizer._scores)
        {
            _ = scores.Value;
        }

        return quantizer;
    }

    /// <summary>One codebook's entries, [N, D].</summary>
    public ReadOnlySpan<float> Entries(int codebook) => _entries[codebook].Value;

    /// <summary>
    /// [D, N] and the bias -|e|^2 / 2: x e - |e|^2 / 2 is largest for the entry nearest to x.
    /// </summary>
    public PackedMatrix Scores(int codebook) => _scores[codebook].Value;

    private static float[] Read(EncodecConfig config, StateDict source, int level, Lock reading)
    {
        lock (reading)
        {
            return source.Get(NameOf(level), config.CodebookSize, config.Dimension);
        }
    }

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
