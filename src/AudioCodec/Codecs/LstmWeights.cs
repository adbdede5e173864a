using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>A stack of LSTM layers of one width.</summary>
/// <param name="Units">Inputs and hidden units H of each layer.</param>
/// <param name="Layers">The layers, first to last.</param>
internal sealed record LstmWeights(int Units, IReadOnlyList<LstmLayerWeights> Layers)
{
    /// <summary>Loads <c>{name}.lstm.weight_ih_l0</c> and so on; gates in the order input, forget, candidate, output.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static LstmWeights Load(StateDict source, string name, int units, int layers) =>
        new(units, [.. Enumerable.Range(0, layers).Select(layer => LstmLayerWeights.Load(source, $"{name}.lstm", layer, units))]);
}
