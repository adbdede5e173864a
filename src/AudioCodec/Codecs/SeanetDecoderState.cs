using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>A running decoder: latents in, samples out, in chunks of any size.</summary>
internal sealed unsafe class SeanetDecoderState
{
    private readonly int _dimension;
    private readonly LayerChain _first;
    private readonly LstmState? _lstm;
    private readonly LayerChain _stages;
    private readonly RowBuffer _deep;

    public SeanetDecoderState(SeanetDecoderWeights weights, Executor executor)
    {
        EncodecConfig config = weights.Config;
        BufferPool pool = new();
        ConvState Conv(ConvWeights conv, bool activateInput) => new(conv, config.Causal, config.Padding, activateInput, executor, pool);
        List<IRowLayer> layers = [];
        foreach ((ConvTransposeWeights up, IReadOnlyList<ResidualUnitWeights> units) in weights.Stages)
        {
            layers.Add(new ConvTransposeState(up, config.Causal, executor, pool));
            layers.AddRange(units.Select(unit => new ResidualUnitState(unit, config.Causal, config.Padding, executor, pool)));
        }

        layers.Add(Conv(weights.Last, activateInput: true));
        _dimension = config.Dimension;
        _first = new LayerChain([Conv(weights.First, activateInput: false)], executor);
        _lstm = weights.Lstm is null ? null : new LstmState(weights.Lstm, executor);
        _stages = new LayerChain(layers, executor);
        _deep = new RowBuffer(weights.First.OutputChannels, pool);
    }

    /// <summary>Forgets the signal.</summary>
    public void Reset()
    {
        _first.Reset();
        _lstm?.Reset();
        _stages.Reset();
    }

    /// <summary>Takes latents and gives the samples that they complete.</summary>
    /// <param name="latents">[count, D].</param>
    /// <param name="count">Latents that come in; may be 0.</param>
    /// <param name="last">Whether the signal ends here.</param>
    /// <param name="samples">[*, audio channels], rows are added here.</param>
    public void Process(float* latents, int count, bool last, RowBuffer samples)
    {
        int rows = _first.Process(new ReadOnlySpan<float>(latents, count * _dimension), last, _deep);
        _lstm?.Process(_deep.Pointer, rows);
        _stages.Process(_deep.Rows, last, samples);
        _deep.Release();
    }
}
