using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using AudioCodec.Torch.Seanet;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch;

/// <summary>A network of a codec that runs on a stream: the state of its LSTM is carried over, and convolutions see again the rows that reach into the next chunk.</summary>
/// <remarks>Networks that look ahead, or normalize over time, run once, on the whole signal: what comes before its end is kept.</remarks>
internal sealed unsafe class TorchSeanetState : ISeanetState
{
    /// <summary>Frames that the first chunk needs at least, so that it can be reflected at its start.</summary>
    public const int FirstFrames = 16;

    private readonly SeanetNetwork _network;
    private readonly Device _device;
    private readonly RowBuffer _rows;
    private readonly bool _whole;
    private readonly int _frameRows;
    private int _contextRows;
    private Tensor? _middle;
    private (Tensor Hidden, Tensor Cell)? _memory;

    /// <summary>Starts a stream.</summary>
    /// <param name="network">The network, without gradients; shared, not changed.</param>
    /// <param name="device">Where it is.</param>
    /// <param name="channels">Input channels.</param>
    /// <param name="frameRows">Input rows of a frame.</param>
    /// <param name="whole">Whether it runs on whole signals only.</param>
    public TorchSeanetState(SeanetNetwork network, Device device, int channels, int frameRows, bool whole)
    {
        (_network, _device, _whole, _frameRows) = (network, device, whole, frameRows);
        _rows = new RowBuffer(channels);
    }

    /// <inheritdoc/>
    public void Process(float* rows, int count, bool last, RowBuffer output)
    {
        _rows.Append(new ReadOnlySpan<float>(rows, count * _rows.Columns));
        int fresh = _rows.Count - _contextRows;
        int ready = last ? fresh : fresh / _frameRows * _frameRows;
        bool first = _middle is null;
        if (ready == 0 || (!last && (_whole || (first && ready < FirstFrames * _frameRows))))
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        int length = _contextRows + ready;
        Tensor input = tensor(_rows.Rows[..(length * _rows.Columns)].ToArray(), [1, length, _rows.Columns], device: _device);
        Tensor planar = input.permute(0, 2, 1).contiguous();
        if (_whole)
        {
            Append(_network.call(planar), output);
            return;
        }

        Tensor middle = _network.BeforeMemory(planar);
        middle = Drop(middle, _contextRows / _frameRows);
        (middle, (Tensor Hidden, Tensor Cell) memory) = _network.Remember(middle, _memory);
        int known = (int)(_middle?.shape[2] ?? 0);
        Tensor joined = _middle is null ? middle : cat([_middle, middle], 2);
        Tensor result = _network.AfterMemory(joined);
        result = Drop(result, result.shape[2] / joined.shape[2] * known);
        Append(result, output);

        // What the next chunk needs to see again.
        int context = Math.Min(length, _network.FramesBefore(_frameRows) * _frameRows);
        Forget();
        _memory = (memory.Hidden.DetachFromDisposeScope(), memory.Cell.DetachFromDisposeScope());
        long kept = Math.Min(joined.shape[2], _network.FramesAfter);
        _middle = joined.narrow(2, joined.shape[2] - kept, kept).clone().DetachFromDisposeScope();
        _rows.RemoveFirst(length - context);
        _contextRows = context;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Forget();
        _rows.Clear();
        _contextRows = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();

    private static void Append(Tensor planar, RowBuffer output)
    {
        using Tensor rows = planar.permute(0, 2, 1).contiguous().cpu();
        output.Append(rows.data<float>().ToArray());
    }

    private static Tensor Drop(Tensor values, long count) => values.narrow(2, count, values.shape[2] - count);

    private void Forget()
    {
        _middle?.Dispose();
        _memory?.Hidden.Dispose();
        _memory?.Cell.Dispose();
        (_middle, _memory) = (null, null);
    }
}
