using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalizes over the last dimensions.</summary>
    public sealed class LayerNorm : Module<Tensor, Tensor>
    {
        internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(LayerNorm))
        {
            (this.normalized_shape, this.eps, this.elementwise_affine) = (normalized_shape, eps, elementwise_affine);
            if (elementwise_affine)
            {
                ConditionallyRegisterParameter("weight", new Parameter(ones(normalized_shape, dtype, device)));
                ConditionallyRegisterParameter("bias", bias ? new Parameter(zeros(normalized_shape, dtype, device)) : null);
            }
        }

        public long[] normalized_shape { get; set; }

        public double eps { get; set; }

        public bool elementwise_affine { get; set; }

        public Parameter? bias
        {
            get => _internal_params.TryGetValue(nameof(bias), out Parameter? b) ? b : null;
            set => ConditionallyRegisterParameter(nameof(bias), value);
        }

        public Parameter weight
        {
            get => _internal_params.TryGetValue(nameof(weight), out Parameter? w) ? w : null!; // TorchSharp's property is not nullable, its value is without affine
            set => ConditionallyRegisterParameter(nameof(weight), value);
        }

        public override Tensor forward(Tensor tensor) => functional.layer_norm(tensor, normalized_shape, weight, bias, eps);

        public void reset_parameters()
        {
            if (elementwise_affine)
            {
                init.ones_(weight).Dispose();
                if (bias is { } b)
                {
                    init.zeros_(b).Dispose();
                }
            }
        }
    }

    /// <summary>Normalizes groups of channels.</summary>
    public sealed class GroupNorm : Module<Tensor, Tensor>
    {
        internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device, ScalarType? dtype)
            : base(nameof(GroupNorm))
        {
            (this.num_groups, this.eps, this.affine) = (num_groups, eps, affine);
            if (affine)
            {
                ConditionallyRegisterParameter("weight", new Parameter(ones(num_channels, dtype, device)));
                ConditionallyRegisterParameter("bias", new Parameter(zeros(num_channels, dtype, device)));
            }
        }

        public long num_groups { get; set; }

        public double eps { get; set; }

        public bool affine { get; set; }

        public Parameter? bias
        {
            get => _internal_params.TryGetValue(nameof(bias), out Parameter? b) ? b : null;
            set => ConditionallyRegisterParameter(nameof(bias), value);
        }

        public Parameter weight
        {
            get => _internal_params.TryGetValue(nameof(weight), out Parameter? w) ? w : null!; // as in LayerNorm
            set => ConditionallyRegisterParameter(nameof(weight), value);
        }

        public override Tensor forward(Tensor tensor) => functional.group_norm(tensor, num_groups, weight, bias, eps);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.LayerNorm LayerNorm(
                long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            public static Modules.LayerNorm LayerNorm(
                long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

            public static Modules.GroupNorm GroupNorm(
                long num_groups, long num_channels, double eps = 1e-05, bool affine = true, Device? device = null, ScalarType? dtype = null) =>
                new(num_groups, num_channels, eps, affine, device, dtype);
        }
    }
}
