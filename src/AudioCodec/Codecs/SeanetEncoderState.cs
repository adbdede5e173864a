using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>A running encoder: samples in, latents out, in chunks of any size.</summary>
internal sealed unsafe class SeanetEncoderState
{
    private readonly int _channels;
    private readonly LayerChain _stages;
    private readonly LstmState? _lstm;
    private readonly LayerChain _last;
    private readonly RowBuffer _deep;

    public SeanetEncoderState(SeanetEncoderWeights weights, Executor executor)
    {
        EncodecConfig config = weights.Config;
        BufferPool pool = new();
        ConvState Conv(ConvWeights conv, bool activateInput) => new(conv, config.Causal, config.Padding, activateInput, executor, pool);
        List<IRowLayer> layers = [Conv(weights.First, activateInput: false)];
        foreach ((IReadOnlyList<ResidualUnitWeights> units, ConvWeights down) in weights.Stages)
        {
            layers.AddRange(units.Select(unit => new ResidualUnitState(unit, config.Causal, config.Padding, executor, pool)));
            layers.Add(Conv(down, activateInput: true));
        }

        _channels = config.Channels;
        _stages = new LayerChain(layers, executor);
        _lstm = weights.Lstm is null ? null : new LstmState(weights.Lstm, executor);
        _last = new LayerChain([Conv(weights.Last, activateInput: true)], executor);
        _deep = new RowBuffer(weights.Last.InputChannels, pool);
    }

    /// <summary>Forgets the signal.</summary>
    public void Reset()
    {
        _stages.Reset();
        _lstm?.Reset();
        _last.Reset();
    }

    /// <summary>Takes samples and gives the latents that they complete.</summary>
    /// <param name="samples">[count, audio channels].</param>
    /// <param name="count">Samples that come in; may be 0.</param>
    /// <param name="last">Whether the signal ends here.</param>
    /// <param name="latents">[*, D], rows are added here.</param>
    public void Process(float* samples, int count, bool last, RowBuffer latents)
    {
        int rows = _stages.Process(new ReadOnlySpan<float>(samples, count * _channels), last, _deep);
        _lstm?.Process(_deep.Pointer, rows);
        _last.Process(_deep.Rows, last, latents);
        _deep.Release();
    }
}
