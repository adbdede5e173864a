using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>A running LSTM layer, and the job that steps it through a chunk on one or more threads.</summary>
internal sealed unsafe class LstmLayerState : TeamJob
{
    private readonly LstmLayerWeights _weights;
    private readonly AlignedArray _cell;

    // Each step reads one of the two and writes the other.
    private readonly AlignedArray[] _hidden;
    private int _current;
    private float* _gates;
    private float* _output;
    private int _count;
    private int _arrived;

    public LstmLayerState(LstmLayerWeights weights)
    {
        _weights = weights;
        int padded = weights.Recurrent.Blocks * Simd.Lanes;
        _cell = new AlignedArray(padded);
        _hidden = [new AlignedArray(padded), new AlignedArray(padded)];
    }

    /// <summary>Back to zero state.</summary>
    public void Reset()
    {
        _cell.Span.Clear();
        _hidden[0].Span.Clear();
        _hidden[1].Span.Clear();
    }

    /// <summary>Runs the layer over a chunk.</summary>
    /// <param name="executor">Where to run.</param>
    /// <param name="gates">[count, blocks, i f g o, lanes]: the input's part of the gates.</param>
    /// <param name="output">Receives [count, H].</param>
    /// <param name="count">Number of steps.</param>
    public void Process(Executor executor, float* gates, float* output, int count)
    {
        _gates = gates;
        _output = output;
        _count = count;
        _arrived = 0;
        executor.Run(this);
        _current = (_current + count) % 2;
    }

    /// <inheritdoc/>
    public override void Run(int part, int parts)
    {
        RecurrentMatrix recurrent = _weights.Recurrent;
        int first = recurrent.Blocks * part / parts;
        int end = recurrent.Blocks * (part + 1) / parts;
        int gateStride = recurrent.Blocks * 4 * Simd.Lanes;
        int firstUnit = Math.Min(recurrent.Units, first * Simd.Lanes);
        int unitCount = Math.Min(recurrent.Units, end * Simd.Lanes) - firstUnit;
        for (int step = 0; step < _count; step++)
        {
            float* previous = _hidden[(_current + step) % 2].Pointer;
            float* hidden = _hidden[(_current + step + 1) % 2].Pointer;
            LstmKernel.Step(recurrent, _gates + ((nint)step * gateStride), previous, _cell.Pointer, hidden, first, end);
            new ReadOnlySpan<float>(hidden + firstUnit, unitCount)
                .CopyTo(new Span<float>(_output + ((nint)step * recurrent.Units) + firstUnit, unitCount));
            if (parts > 1)
            {
                AwaitOthers((step + 1) * parts);
            }
        }
    }

    private void AwaitOthers(int arrivals)
    {
        Interlocked.Increment(ref _arrived);
        SpinWait spin = default;
        for (int i = 0; Volatile.Read(ref _arrived) < arrivals; i++)
        {
            if (i < 2000)
            {
                Thread.SpinWait(1);
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }
}
