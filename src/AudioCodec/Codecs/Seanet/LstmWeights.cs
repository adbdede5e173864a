using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A stack of LSTM layers of one width.</summary>
/// <param name="Units">Inputs and hidden units H of each layer.</param>
/// <param name="Layers">The layers, first to last.</param>
internal sealed record LstmWeights(int Units, IReadOnlyList<LstmLayerWeights> Layers) : ILayerWeights
{
    /// <summary>Loads the tensors of a stack; gates in the order input, forget, candidate, output.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static LstmWeights Load(LstmLayer lstm, StateDict source) =>
        new(lstm.Units, [.. Enumerable.Range(0, lstm.Layers).Select(layer => LstmLayerWeights.Load(source, lstm.StackName, layer, lstm.Units))]);

    /// <inheritdoc/>
    public IRowLayer Start(Executor executor, BufferPool pool) => new LstmState(this, executor, pool);
}
