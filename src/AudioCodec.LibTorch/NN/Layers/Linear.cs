using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x W' + b.</summary>
    public sealed class Linear : Module<Tensor, Tensor>
    {
        internal Linear(Parameter weight, Parameter? bias = null)
            : base(nameof(Linear))
        {
            (out_features, in_features) = (weight.shape[0], weight.shape[1]);
            this.weight = weight;
            this.bias = bias;
        }

        internal Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
            : this(Initial.Weight([outputSize, inputSize], device, dtype), hasBias ? new Parameter(zeros(outputSize, dtype, device)) : null)
        {
            Initial.Bias(bias, inputSize);
        }

        public long in_features { get; set; }

        public long out_features { get; set; }

        public Parameter weight
        {
            get => _internal_params[nameof(weight)];
            set => ConditionallyRegisterParameter(nameof(weight), value);
        }

        public Parameter? bias
        {
            get => _internal_params.TryGetValue(nameof(bias), out Parameter? b) ? b : null;
            set => ConditionallyRegisterParameter(nameof(bias), value);
        }

        public override Tensor forward(Tensor tensor) => functional.linear(tensor, weight, bias);
    }

    /// <summary>PyTorch's default first values of weights and biases.</summary>
    internal static class Initial
    {
        public static Parameter Weight(ReadOnlySpan<long> shape, Device? device, ScalarType? dtype)
        {
            Parameter weight = new(empty(shape, dtype, device));
            init.kaiming_uniform_(weight, Math.Sqrt(5)).Dispose();
            return weight;
        }

        public static void Bias(Parameter? bias, long fanIn)
        {
            if (bias is not null && fanIn > 0)
            {
                double bound = 1 / Math.Sqrt(fanIn);
                init.uniform_(bias, -bound, bound).Dispose();
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);

            public static Modules.Linear Linear(Modules.Parameter weight, Modules.Parameter? bias = null) => new(weight, bias);
        }
    }
}
