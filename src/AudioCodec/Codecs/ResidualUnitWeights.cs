using System.Numerics.Tensors;
using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs;

/// <summary>A residual unit: ELU, convolution to fewer channels, ELU, 1x1 convolution back, plus the shortcut.</summary>
/// <param name="Reduce">The first convolution, dilated.</param>
/// <param name="Expand">The 1x1 convolution.</param>
/// <param name="Shortcut">The shortcut's 1x1 convolution, or <see langword="null"/> for the identity.</param>
internal sealed record ResidualUnitWeights(ConvWeights Reduce, ConvWeights Expand, ConvWeights? Shortcut)
{
    /// <summary>Loads <c>{name}.block.1</c>, <c>block.3</c> and <c>shortcut</c>.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static ResidualUnitWeights Load(StateDict source, string name, EncodecConfig config, int channels, int layer)
    {
        int hidden = channels / config.Compress;
        int dilation = (int)Math.Pow(config.DilationBase, layer);
        ConvWeights reduce = ConvWeights.Load(
            source, $"{name}.block.1", config.Norm, channels, hidden, config.ResidualKernelSize, 1, dilation);
        ConvWeights expand = ConvWeights.Load(source, $"{name}.block.3", config.Norm, hidden, channels, 1, 1, 1);
        if (config.TrueSkip)
        {
            return new ResidualUnitWeights(reduce, expand, null);
        }

        ConvWeights shortcut = ConvWeights.Load(source, $"{name}.shortcut", config.Norm, channels, channels, 1, 1, 1);
        if (shortcut.Norm is null)
        {
            // The branch's product is added to the shortcut's, which brings both biases.
            TensorPrimitives.Add(shortcut.Matrix.Bias, expand.Matrix.Bias, shortcut.Matrix.Bias);
        }

        return new ResidualUnitWeights(reduce, expand, shortcut);
    }
}
