using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>The managed engine's network, given its input in chunks as by the streaming coders.</summary>
internal sealed unsafe class ManagedPeer : IPeer
{
    private readonly SeanetState _network;
    private readonly RowBuffer _input;
    private readonly RowBuffer _output;
    private readonly int _chunkRows;

    public ManagedPeer(PeerTask task, int threads)
    {
        _network = new SeanetState(SeanetWeights.Load(task.Plan, task.Weights), new Executor(threads));
        _input = new RowBuffer(task.InputChannels);
        _output = new RowBuffer(task.OutputChannels);
        _chunkRows = task.ChunkRows;
        _input.Append(Transpose(task.Input, task.InputChannels));
    }

    /// <inheritdoc/>
    public void BeginTurn()
    {
        // Its threads sleep between runs.
    }

    /// <inheritdoc/>
    public void Run()
    {
        _network.Reset();
        _output.Clear();
        for (int first = 0; first < _input.Count; first += _chunkRows)
        {
            int count = Math.Min(_chunkRows, _input.Count - first);
            _network.Process(_input.Row(first), count, first + count == _input.Count, _output);
        }
    }

    /// <inheritdoc/>
    public float[] Output()
    {
        Run();
        return Transpose(_output.Rows, _output.Count);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    /// <summary>[rows, columns] to [columns, rows].</summary>
    private static float[] Transpose(ReadOnlySpan<float> values, int rows)
    {
        int columns = values.Length / rows;
        var result = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            result[(i % columns * rows) + (i / columns)] = values[i];
        }

        return result;
    }
}
