using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A residual unit: ELU, convolution to fewer channels, ELU, 1x1 convolution back, plus the shortcut.</summary>
/// <param name="Reduce">The first convolution, dilated.</param>
/// <param name="Expand">The 1x1 convolution.</param>
/// <param name="Shortcut">The shortcut's 1x1 convolution, or <see langword="null"/> for the identity.</param>
internal sealed record ResidualUnitWeights(ConvWeights Reduce, ConvWeights Expand, ConvWeights? Shortcut) : ILayerWeights
{
    /// <summary>Loads the convolutions of a unit.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static ResidualUnitWeights Load(ResidualLayer unit, StateDict source)
    {
        ConvWeights reduce = ConvWeights.Load(unit.Reduce, source);
        ConvWeights expand = ConvWeights.Load(unit.Expand, source);
        ConvWeights? shortcut = unit.Shortcut is null ? null : ConvWeights.Load(unit.Shortcut, source);
        if (shortcut is { Norm: null })
        {
            // The branch's product is added to the shortcut's, which brings both biases.
            TensorPrimitives.Add(shortcut.Matrix.Bias, expand.Matrix.Bias, shortcut.Matrix.Bias);
        }

        return new ResidualUnitWeights(reduce, expand, shortcut);
    }

    /// <inheritdoc/>
    public IRowLayer Start(Executor executor, BufferPool pool) => new ResidualUnitState(this, executor, pool);
}
