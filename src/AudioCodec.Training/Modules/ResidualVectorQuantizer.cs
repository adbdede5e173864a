using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Residual vector quantizer whose codebooks follow moving averages of what they quantize.</summary>
/// <remarks>
/// Source: EnCodec (arXiv 2210.13438) section 3.2. The straight-through gradient is applied once, to the summed output, and each
/// level's residual is built from detached values, so that the gradient of the output reaches the encoder exactly once and every
/// level has its own commitment loss.
/// </remarks>
public sealed class ResidualVectorQuantizer
{
    private readonly Codebook[] _levels;
    private readonly Tensor[] _initialized;

    internal ResidualVectorQuantizer(ParameterSet set, EncodecConfig config, QuantizerSettings settings)
    {
        _levels = new Codebook[config.Codebooks];
        _initialized = new Tensor[config.Codebooks];
        for (int level = 0; level < _levels.Length; level++)
        {
            string prefix = $"quantizer.vq.layers.{level}._codebook";
            _initialized[level] = set.Buffer(prefix + ".inited", [0], 1);
            _levels[level] = new Codebook(set, prefix, config.CodebookSize, config.Dimension, settings);
        }
    }

    /// <summary>Codebooks K.</summary>
    public int Levels => _levels.Length;

    /// <summary>Quantizes latents.</summary>
    /// <param name="latent">[B, D, F].</param>
    /// <param name="levels">Codebooks to use.</param>
    /// <param name="update">Generator for replaced codes if the codebooks shall follow this batch, else <see langword="null"/>.</param>
    public QuantizedLatent Forward(Tensor latent, int levels, SplitMix? update)
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levels, _levels.Length);
        (long batch, long dimension, long frames) = (latent.shape[0], latent.shape[1], latent.shape[2]);
        Tensor rows = latent.permute(0, 2, 1).reshape(batch * frames, dimension);
        Tensor plain = rows.detach();
        var codes = new Tensor[levels];
        var commitments = new Tensor[levels];
        Tensor? sum = null;
        for (int level = 0; level < levels; level++)
        {
            using (no_grad())
            {
                Tensor residual = sum is null ? plain : plain - sum;
                (codes[level], Tensor word) = _levels[level].Forward(residual, update);
                sum = sum is null ? word : sum + word;
            }

            commitments[level] = (rows - sum).square().mean();
        }

        Tensor output = rows + (sum! - plain);
        return new QuantizedLatent(
            output.view(batch, frames, dimension).permute(0, 2, 1),
            stack(codes, 0).view(levels, batch, frames),
            stack(commitments, 0));
    }

    /// <summary>Sets all codebooks by k-means, level after level, on the residuals of pooled latents.</summary>
    /// <param name="rows">[M, D] latents of many batches.</param>
    /// <param name="iterations">Rounds per level.</param>
    /// <param name="random">Picks the starting points.</param>
    /// <param name="progress">Told the level and the share of energy that is left after it.</param>
    public void Initialize(Tensor rows, int iterations, SplitMix random, Action<int, double> progress)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(progress);
        using var silent = no_grad();
        Tensor residual = rows.clone().DetachFromDisposeScope();
        double energy = rows.square().mean().ToDouble() + 1e-20;
        for (int level = 0; level < _levels.Length; level++)
        {
            using var scope = NewDisposeScope();
            _levels[level].Initialize(residual, iterations, random);
            (_, Tensor word) = _levels[level].Forward(residual, null);
            residual.sub_(word);
            _initialized[level].fill_(1);
            progress(level, residual.square().mean().ToDouble() / energy);
        }

        residual.Dispose();
    }
}
