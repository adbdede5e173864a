using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Quantization;

/// <summary>Residual vector quantizer whose codebooks follow moving averages of what they quantize.</summary>
/// <remarks>
/// Source: EnCodec (arXiv 2210.13438) section 3.2. The straight-through gradient is applied once, to the summed output, and each
/// level's residual is built from detached values, so that the gradient of the output reaches the encoder exactly once and every
/// level has its own commitment loss.
/// </remarks>
public sealed class ResidualVectorQuantizer : nn.Module
{
    [ComponentName(Name = "vq")]
    private readonly ModuleGroup _named;

    private readonly Codebook[] _levels;

    internal ResidualVectorQuantizer(EncodecConfig config, CodebookUpdate update, SplitMix random)
        : base(nameof(ResidualVectorQuantizer))
    {
        _levels = [.. Enumerable.Range(0, config.Codebooks).Select(_ => new Codebook(config.CodebookSize, config.Dimension, update, random))];
        _named = new ModuleGroup(("layers", ModuleGroup.Numbered(_levels.Select(level => new ModuleGroup(("_codebook", level))))));
        RegisterComponents();
    }

    /// <summary>Codebooks K.</summary>
    public int Levels => _levels.Length;

    /// <summary>Quantizes latents.</summary>
    /// <param name="latent">[B, D, F].</param>
    /// <param name="levels">Codebooks to use.</param>
    /// <param name="update">Source of replacements for dead codes, if the codebooks shall follow this batch; else <see langword="null"/>.</param>
    public QuantizedLatent Quantize(Tensor latent, int levels, SplitMix? update = null)
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levels, _levels.Length);
        (long batch, long dimension, long frames) = (latent.shape[0], latent.shape[1], latent.shape[2]);
        Tensor rows = latent.permute(0, 2, 1).reshape(batch * frames, dimension);
        Tensor plain = rows.detach();
        var codes = new Tensor[levels];
        var commitments = new Tensor[levels];
        Tensor sum = zeros_like(plain);
        bool[] dead = update is null ? [] : Codebook.HaveDead(_levels[..levels]);
        for (int level = 0; level < levels; level++)
        {
            using (no_grad())
            {
                Tensor residual = plain - sum;
                (codes[level], Tensor codewords) = _levels[level].Quantize(residual);
                sum = sum + codewords;
                if (update is not null)
                {
                    _levels[level].Update(residual, codes[level], dead[level] ? update : null);
                }
            }

            commitments[level] = (rows - sum).square().mean();
        }

        Tensor output = rows + (sum - plain);
        return new QuantizedLatent(
            output.view(batch, frames, dimension).permute(0, 2, 1),
            stack(codes, 0).view(levels, batch, frames),
            stack(commitments, 0));
    }

    /// <summary>Sets all codebooks by k-means, level after level, on the residuals of pooled latents.</summary>
    /// <param name="rows">[M, D] latents of many batches.</param>
    /// <param name="iterations">Rounds per level.</param>
    /// <param name="random">Picks the starting points.</param>
    /// <param name="progress">Told each level and the share of the latents' energy that remains in the residual after it.</param>
    public void Initialize(Tensor rows, int iterations, SplitMix random, Action<int, double> progress)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(progress);
        using IDisposable frozen = no_grad();
        using var outer = NewDisposeScope();
        Tensor residual = rows.clone();
        double energy = rows.square().mean().ToDouble() + 1e-20;
        for (int level = 0; level < _levels.Length; level++)
        {
            using var scope = NewDisposeScope();
            _levels[level].Initialize(residual, iterations, random);
            (_, Tensor codewords) = _levels[level].Quantize(residual);
            residual.sub_(codewords);
            progress(level, residual.square().mean().ToDouble() / energy);
        }
    }
}
