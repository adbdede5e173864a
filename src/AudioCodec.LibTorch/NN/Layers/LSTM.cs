using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Long short-term memory. Parameters are named as PyTorch's: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, ...</summary>
    public sealed class LSTM : Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
    {
        private readonly long _hidden;
        private readonly long _layers;
        private readonly bool _bias;
        private readonly bool _batchFirst;
        private readonly double _dropout;
        private readonly bool _bidirectional;

        internal LSTM(long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional, Device? device, ScalarType? dtype)
            : base(nameof(LSTM))
        {
            (_hidden, _layers, _bias, _batchFirst, _dropout, _bidirectional) = (hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional);
            double bound = 1 / Math.Sqrt(hiddenSize);
            long directions = bidirectional ? 2 : 1;
            for (long layer = 0; layer < numLayers; layer++)
            {
                for (long direction = 0; direction < directions; direction++)
                {
                    string suffix = $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
                    long width = layer == 0 ? inputSize : hiddenSize * directions;
                    Add("weight_ih" + suffix, [4 * hiddenSize, width], bound, device, dtype);
                    Add("weight_hh" + suffix, [4 * hiddenSize, hiddenSize], bound, device, dtype);
                    if (bias)
                    {
                        Add("bias_ih" + suffix, [4 * hiddenSize], bound, device, dtype);
                        Add("bias_hh" + suffix, [4 * hiddenSize], bound, device, dtype);
                    }
                }
            }
        }

        /// <summary>Output, last hidden state and last cell state.</summary>
        /// <param name="input">[T, B, C], or [B, T, C] with batchFirst.</param>
        /// <param name="h0_c0">First states [layers · directions, B, H] each; zeros where null.</param>
        public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
        {
            Tensor[] weights = [.. _internal_params.Select(p => p.Item2)];
            if (h0_c0 is { } given)
            {
                return Run(input, given.Item1, given.Item2, weights);
            }

            long batch = input.Dimensions == 2 ? -1 : input.shape[_batchFirst ? 0 : 1];
            long states = _layers * (_bidirectional ? 2 : 1);
            using Tensor h = batch < 0 ? zeros([states, _hidden], input.dtype, input.device) : zeros([states, batch, _hidden], input.dtype, input.device);
            using Tensor c = h.clone();
            return Run(input, h, c, weights);
        }

        public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

        /// <summary>Does nothing: libtorch packs the weights for cuDNN itself when it must.</summary>
        public void flatten_parameters()
        {
        }

        private (Tensor, Tensor, Tensor) Run(Tensor input, Tensor h, Tensor c, Tensor[] weights) =>
            NativeOps.lstm(input, [h, c], weights, _bias, _layers, _dropout, training, _bidirectional, _batchFirst);

        private void Add(string key, ReadOnlySpan<long> shape, double bound, Device? device, ScalarType? dtype)
        {
            Parameter parameter = new(empty(shape, dtype, device));
            init.uniform_(parameter, -bound, bound).Dispose();
            register_parameter(key, parameter);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.LSTM LSTM(
                long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0.0, bool bidirectional = false,
                Device? device = null, ScalarType? dtype = null) => new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);
        }
    }
}
