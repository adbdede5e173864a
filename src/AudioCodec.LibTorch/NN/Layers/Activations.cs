using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>A module without parameters.</summary>
    public abstract class ParameterLessModule<T1, TResult> : Module<T1, TResult>
    {
        protected ParameterLessModule(string name)
            : base(name)
        {
        }
    }

    public sealed class ELU : ParameterLessModule<Tensor, Tensor>
    {
        internal ELU(double alpha, bool inplace)
            : base(nameof(ELU)) => (this.alpha, this.inplace) = (alpha, inplace);

        public double alpha { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.elu(tensor, alpha, inplace);
    }

    public sealed class GELU : ParameterLessModule<Tensor, Tensor>
    {
        /// <summary>Exact, or by the hyperbolic tangent.</summary>
        public enum Approximate
        {
            none,
            tanh,
        }

        internal GELU(bool inplace, Approximate approximate = Approximate.none)
            : base(nameof(GELU)) => (this.inplace, this.approximate) = (inplace, approximate);

        public bool inplace { get; set; }

        public Approximate approximate { get; set; }

        public override Tensor forward(Tensor tensor) => functional.gelu(tensor, approximate, inplace);
    }

    public sealed class ReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal ReLU(bool inplace)
            : base(nameof(ReLU)) => this.inplace = inplace;

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.relu(tensor, inplace);
    }

    public sealed class LeakyReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal LeakyReLU(double negative_slope, bool inplace)
            : base(nameof(LeakyReLU)) => (this.negative_slope, this.inplace) = (negative_slope, inplace);

        public double negative_slope { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.leaky_relu(tensor, negative_slope, inplace);
    }

    public sealed class Dropout : ParameterLessModule<Tensor, Tensor>
    {
        internal Dropout(double p = 0.5, bool inplace = false)
            : base(nameof(Dropout)) => (this.p, this.inplace) = (p, inplace);

        public bool inplace { get; set; }

        public double p { get; set; }

        public override Tensor forward(Tensor tensor) => functional.dropout(tensor, p, training, inplace);
    }

    public sealed class Identity : ParameterLessModule<Tensor, Tensor>
    {
        internal Identity()
            : base(nameof(Identity))
        {
        }

        public override Tensor forward(Tensor tensor) => tensor.alias();
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.ELU ELU(double alpha = 1.0, bool inplace = false) => new(alpha, inplace);

            public static Modules.GELU GELU() => new(false);

            public static Modules.GELU GELU(bool inplace) => new(inplace);

            public static Modules.GELU GELU(Modules.GELU.Approximate approximate, bool inplace = false) => new(inplace, approximate);

            public static Modules.ReLU ReLU(bool inplace = false) => new(inplace);

            public static Modules.LeakyReLU LeakyReLU(double negative_slope = 0.01, bool inplace = false) => new(negative_slope, inplace);

            public static Modules.Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

            public static Modules.Identity Identity() => new();
        }
    }
}
