using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Codecs.Seanet;

/// <summary>One LSTM layer.</summary>
/// <param name="Input">[H, blocks of one vector of units, each i f g o] with both biases; units that do not exist are 0.</param>
/// <param name="Recurrent">The recurrent weights.</param>
internal sealed record LstmLayerWeights(PackedMatrix Input, RecurrentMatrix Recurrent)
{
    /// <summary>Loads <c>weight_ih</c>, <c>weight_hh</c> [4H, H] and both biases [4H].</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static LstmLayerWeights Load(StateDict source, string prefix, int layer, int units)
    {
        float[] inputBias = source.Get($"{prefix}.bias_ih_l{layer}", 4 * units);
        float[] recurrentBias = source.Get($"{prefix}.bias_hh_l{layer}", 4 * units);
        float[] inputWeights = source.Get($"{prefix}.weight_ih_l{layer}", 4 * units, units);
        RecurrentMatrix recurrent = new(source.Get($"{prefix}.weight_hh_l{layer}", 4 * units, units), units);
        return new LstmLayerWeights(PackInput(inputWeights, inputBias, recurrentBias, recurrent), recurrent);
    }

    private static PackedMatrix PackInput(float[] weights, float[] inputBias, float[] recurrentBias, RecurrentMatrix recurrent)
    {
        int units = recurrent.Units;
        int lanes = Simd.Lanes;
        PackedMatrix input = new(units, recurrent.Blocks * 4 * lanes);
        var panel = new float[PackedMatrix.PanelColumns * units];
        for (int index = 0; index < input.PanelCount; index++)
        {
            Array.Clear(panel);
            for (int i = 0; i < PackedMatrix.PanelColumns; i++)
            {
                int column = (index * PackedMatrix.PanelColumns) + i;
                int unit = (column / (4 * lanes) * lanes) + (column % lanes);
                int gate = column / lanes % 4;
                if (unit < units)
                {
                    int row = (gate * units) + unit;
                    weights.AsSpan(row * units, units).CopyTo(panel.AsSpan(i * units));
                    input.Bias[column] = inputBias[row] + recurrentBias[row];
                }
            }

            input.SetPanel(index, panel);
        }

        return input;
    }
}
