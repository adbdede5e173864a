using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>A running encoder: samples in, latents out, in chunks of any size.</summary>
internal sealed unsafe class SeanetEncoderState
{
    private readonly ConvState _first;
    private readonly List<(ResidualUnitState[] Units, ConvState Down)> _stages = [];
    private readonly LstmState? _lstm;
    private readonly ConvState _last;

    // Output of layer i of the chain first, (units, down) per stage; each is consumed before the next call.
    private readonly List<RowBuffer> _outputs = [];

    public SeanetEncoderState(SeanetEncoderWeights weights, Executor executor)
    {
        EncodecConfig config = weights.Config;
        bool causal = config.Causal;
        PaddingMode mode = config.Padding;
        _first = new ConvState(weights.First, causal, mode, activateInput: false, executor);
        _outputs.Add(new RowBuffer(weights.First.OutputChannels));
        foreach ((IReadOnlyList<ResidualUnitWeights> units, ConvWeights down) in weights.Stages)
        {
            _stages.Add((
                [.. units.Select(unit => new ResidualUnitState(unit, causal, mode, executor))],
                new ConvState(down, causal, mode, activateInput: true, executor)));
            _outputs.AddRange(units.Select(_ => new RowBuffer(down.InputChannels)));
            _outputs.Add(new RowBuffer(down.OutputChannels));
        }

        _lstm = weights.Lstm is null ? null : new LstmState(weights.Lstm, executor);
        _last = new ConvState(weights.Last, causal, mode, activateInput: true, executor);
    }

    /// <summary>Forgets the signal.</summary>
    public void Reset()
    {
        _first.Reset();
        foreach ((ResidualUnitState[] units, ConvState down) in _stages)
        {
            foreach (ResidualUnitState unit in units)
            {
                unit.Reset();
            }

            down.Reset();
        }

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
        int layer = 0;
        RowBuffer current = Cleared(layer++);
        _first.Process(samples, count, last, current);
        foreach ((ResidualUnitState[] units, ConvState down) in _stages)
        {
            foreach (ResidualUnitState unit in units)
            {
                RowBuffer next = Cleared(layer++);
                unit.Process(current.Pointer, current.Count, last, next);
                current = next;
            }

            RowBuffer lower = Cleared(layer++);
            down.Process(current.Pointer, current.Count, last, lower);
            current = lower;
        }

        _lstm?.Process(current.Pointer, current.Count);
        _last.Process(current.Pointer, current.Count, last, latents);
    }

    private RowBuffer Cleared(int layer)
    {
        _outputs[layer].Clear();
        return _outputs[layer];
    }
}
