using AudioCodec.Codecs.Seanet;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Stacked LSTM with a skip connection around it. [B, C, T] to the same.</summary>
/// <remarks>Written out by steps: the inputs' part of all gates is one matrix product over all steps, and each step is one more.</remarks>
internal sealed class SeanetLstm
{
    private readonly Layer[] _layers;

    public SeanetLstm(ParameterSet set, LstmLayer lstm) =>
        _layers = [.. Enumerable.Range(0, lstm.Layers).Select(layer => new Layer(set, lstm.StackName, lstm.Units, layer))];

    public Tensor Forward(Tensor x)
    {
        Tensor steps = x.permute(2, 0, 1);
        Tensor y = steps;
        foreach (Layer layer in _layers)
        {
            y = layer.Forward(y);
        }

        return (y + steps).permute(1, 2, 0);
    }

    private sealed class Layer
    {
        private readonly Tensor _inputWeight;
        private readonly Tensor _stateWeight;
        private readonly Tensor _inputBias;
        private readonly Tensor _stateBias;
        private readonly int _channels;

        public Layer(ParameterSet set, string prefix, int channels, int layer)
        {
            _channels = channels;
            double bound = 1 / Math.Sqrt(channels);
            Tensor Create(string name, params long[] shape) =>
                set.Parameter($"{prefix}.{name}_l{layer}", set.Uniform(shape.Aggregate(1L, (a, b) => a * b), bound), shape);
            _inputWeight = Create("weight_ih", 4 * channels, channels);
            _stateWeight = Create("weight_hh", 4 * channels, channels);
            _inputBias = Create("bias_ih", 4 * channels);
            _stateBias = Create("bias_hh", 4 * channels);
        }

        /// <summary>[T, B, C] to the same.</summary>
        public Tensor Forward(Tensor x)
        {
            (long steps, long batch) = (x.shape[0], x.shape[1]);
            Tensor flat = x.reshape(steps * batch, _channels);
            Tensor input = (_inputBias + _stateBias).addmm(flat, _inputWeight.t()).view(steps, batch, 4 * _channels);
            Tensor weight = _stateWeight.t();
            Tensor[] inputs = input.unbind(0);
            var outputs = new Tensor[steps];
            Tensor? hidden = null;
            Tensor? cell = null;
            for (int t = 0; t < steps; t++)
            {
                Tensor gates = hidden is null ? inputs[t] : inputs[t].addmm(hidden, weight);
                Tensor[] parts = gates.chunk(4, 1);
                Tensor fresh = parts[0].sigmoid() * parts[2].tanh();
                cell = cell is null ? fresh : addcmul(fresh, parts[1].sigmoid(), cell, 1);
                hidden = parts[3].sigmoid() * cell.tanh();
                outputs[t] = hidden;
            }

            return stack(outputs, 0);
        }
    }
}
