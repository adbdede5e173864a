using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>A running decoder: latents in, samples out, in chunks of any size.</summary>
internal sealed unsafe class SeanetDecoderState
{
    private readonly ConvState _first;
    private readonly LstmState? _lstm;
    private readonly List<(ConvTransposeState Up, ResidualUnitState[] Units)> _stages = [];
    private readonly ConvState _last;

    // Output of layer i of the chain first, (up, units) per stage; each is consumed before the next call.
    private readonly List<RowBuffer> _outputs = [];

    public SeanetDecoderState(SeanetDecoderWeights weights, Executor executor)
    {
        EncodecConfig config = weights.Config;
        bool causal = config.Causal;
        PaddingMode mode = config.Padding;
        _first = new ConvState(weights.First, causal, mode, activateInput: false, executor);
        _outputs.Add(new RowBuffer(weights.First.OutputChannels));
        _lstm = weights.Lstm is null ? null : new LstmState(weights.Lstm, executor);
        foreach ((ConvTransposeWeights up, IReadOnlyList<ResidualUnitWeights> units) in weights.Stages)
        {
            _stages.Add((
                new ConvTransposeState(up, causal, executor),
                [.. units.Select(unit => new ResidualUnitState(unit, causal, mode, executor))]));
            _outputs.Add(new RowBuffer(up.OutputChannels));
            _outputs.AddRange(units.Select(_ => new RowBuffer(up.OutputChannels)));
        }

        _last = new ConvState(weights.Last, causal, mode, activateInput: true, executor);
    }

    /// <summary>Forgets the signal.</summary>
    public void Reset()
    {
        _first.Reset();
        _lstm?.Reset();
        foreach ((ConvTransposeState up, ResidualUnitState[] units) in _stages)
        {
            up.Reset();
            foreach (ResidualUnitState unit in units)
            {
                unit.Reset();
            }
        }

        _last.Reset();
    }

    /// <summary>Takes latents and gives the samples that they complete.</summary>
    /// <param name="latents">[count, D].</param>
    /// <param name="count">Latents that come in; may be 0.</param>
    /// <param name="last">Whether the signal ends here.</param>
    /// <param name="samples">[*, audio channels], rows are added here.</param>
    public void Process(float* latents, int count, bool last, RowBuffer samples)
    {
        int layer = 0;
        RowBuffer current = Cleared(layer++);
        _first.Process(latents, count, last, current);
        _lstm?.Process(current.Pointer, current.Count);
        foreach ((ConvTransposeState up, ResidualUnitState[] units) in _stages)
        {
            RowBuffer higher = Cleared(layer++);
            up.Process(current.Pointer, current.Count, last, higher);
            current = higher;
            foreach (ResidualUnitState unit in units)
            {
                RowBuffer next = Cleared(layer++);
                unit.Process(current.Pointer, current.Count, last, next);
                current = next;
            }
        }

        _last.Process(current.Pointer, current.Count, last, samples);
    }

    private RowBuffer Cleared(int layer)
    {
        _outputs[layer].Clear();
        return _outputs[layer];
    }
}
