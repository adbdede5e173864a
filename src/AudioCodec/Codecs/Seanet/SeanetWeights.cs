using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>Weights of one layer, read-only and packed for the kernels.</summary>
internal interface ILayerWeights
{
    /// <summary>Starts a run of the layer.</summary>
    /// <param name="executor">Where to run.</param>
    /// <param name="pool">Scratch memory that the layers of a stream share.</param>
    IRowLayer Start(Executor executor, BufferPool pool);
}

/// <summary>Weights of an encoder or decoder.</summary>
/// <param name="Plan">What the layers are.</param>
/// <param name="Layers">The layers, first to last.</param>
internal sealed record SeanetWeights(SeanetPlan Plan, IReadOnlyList<ILayerWeights> Layers)
{
    /// <summary>Loads the layers of a plan.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static SeanetWeights Load(SeanetPlan plan, StateDict source) => new(plan, [.. plan.Layers.Select(layer => Load(layer, source))]);

    private static ILayerWeights Load(SeanetLayer layer, StateDict source) => layer switch
    {
        ConvLayer { Transposed: true } up => ConvTransposeWeights.Load(up, source),
        ConvLayer conv => ConvWeights.Load(conv, source),
        ResidualLayer unit => ResidualUnitWeights.Load(unit, source),
        LstmLayer lstm => LstmWeights.Load(lstm, source),
        _ => throw new NotSupportedException($"{layer.Name}: {layer.GetType().Name} has no weights in this engine."),
    };
}
