using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Codec;

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

/// <summary>One LSTM layer.</summary>
/// <param name="Input">[H, 4H] with both biases.</param>
/// <param name="Recurrent">[H, 4H].</param>
internal sealed record LstmLayerWeights(PackedMatrix Input, PackedMatrix Recurrent)
{
    public static LstmLayerWeights Load(StateDict source, string prefix, int layer, int units)
    {
        float[] inputBias = source.Get($"{prefix}.bias_ih_l{layer}", 4 * units);
        float[] recurrentBias = source.Get($"{prefix}.bias_hh_l{layer}", 4 * units);
        PackedMatrix input = Pack(source.Get($"{prefix}.weight_ih_l{layer}", 4 * units, units), units);
        for (int gate = 0; gate < 4 * units; gate++)
        {
            input.Bias[gate] = inputBias[gate] + recurrentBias[gate];
        }

        return new LstmLayerWeights(input, Pack(source.Get($"{prefix}.weight_hh_l{layer}", 4 * units, units), units));
    }

    private static PackedMatrix Pack(float[] rows, int units)
    {
        PackedMatrix matrix = new(units, 4 * units);
        for (int gate = 0; gate < 4 * units; gate++)
        {
            matrix.SetColumn(gate, rows.AsSpan(gate * units, units));
        }

        return matrix;
    }
}
