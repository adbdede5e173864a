using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>What all convolutions have.</summary>
    public abstract class Convolution : Module<Tensor, Tensor>
    {
        private protected Convolution(
            string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] dilation,
            bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device, ScalarType? dtype)
            : base(name)
        {
            if (groups <= 0 || in_channels % groups != 0 || out_channels % groups != 0)
            {
                throw new ArgumentException($"{in_channels} input and {out_channels} output channels must both be divisible by {groups} groups");
            }

            (this.in_channels, this.out_channels, this.kernel_size, this.stride) = (in_channels, out_channels, kernel_size, stride);
            (this.padding, this.dilation, this.transposed, this.output_padding) = (padding, dilation, transposed, output_padding);
            (this.groups, this.padding_mode) = (groups, padding_mode);
            long[] shape = transposed ? [in_channels, out_channels / groups, .. kernel_size] : [out_channels, in_channels / groups, .. kernel_size];
            weight = Initial.Weight(shape, device, dtype);
            this.bias = bias ? new Parameter(zeros(out_channels, dtype, device)) : null;
            Initial.Bias(this.bias, init.CalculateFanInAndFanOut(weight).fanIn);
        }

        public long in_channels { get; }

        public long out_channels { get; }

        public bool transposed { get; }

        public long[]? padding { get; private set; }

        public Padding? padding_type { get; private set; }

        public PaddingModes padding_mode { get; set; }

        public long groups { get; set; }

        public long[] kernel_size { get; set; }

        public long[] stride { get; set; }

        public long[] dilation { get; set; }

        public long[] output_padding { get; set; }

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

        /// <summary>Pads by numbers from now on.</summary>
        public void SetPadding(long[] padding) => (padding_type, this.padding) = (null, padding);

        /// <summary>Pads as much as the kind says from now on.</summary>
        /// <exception cref="ArgumentException">A transposed convolution has no such kinds.</exception>
        public void SetPadding(Padding padding)
        {
            if (transposed)
            {
                throw new ArgumentException("Cannot set padding type on ConvTransposeND");
            }

            padding_type = padding;
        }

        /// <summary>New first values, as in a new module.</summary>
        public void reset_parameters()
        {
            init.kaiming_uniform_(weight, Math.Sqrt(5)).Dispose();
            Initial.Bias(bias, init.CalculateFanInAndFanOut(weight).fanIn);
        }

        // Modes other than zeros pad before the convolution; pad() wants the last dimension first.
        private protected Tensor Padded(Tensor input, out long[] rest)
        {
            if (padding_type is not null && padding_mode != PaddingModes.Zeros)
            {
                throw new NotSupportedException("padding by kind is supported for zeros only");
            }

            if (padding_mode == PaddingModes.Zeros || padding!.All(p => p == 0))
            {
                rest = padding!; // never null: every constructor sets it
                return input.alias();
            }

            rest = new long[padding!.Length];
            return functional.pad(input, [.. padding.Reverse().SelectMany(p => new[] { p, p })], padding_mode);
        }
    }

    /// <summary>Convolution over [B, C, T].</summary>
    public sealed class Conv1d : Convolution
    {
        internal Conv1d(
            long in_channels, long out_channels, long kernel_size, long stride, long padding, long dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(Conv1d), in_channels, out_channels, [kernel_size], [stride], [padding], [dilation], false, [0], groups, bias, padding_mode, device, dtype)
        {
        }

        public override Tensor forward(Tensor input)
        {
            using Tensor padded = Padded(input, out long[] rest);
            return padding_type is { } kind
                ? functional.conv1d_padding(padded, weight, bias, stride[0], kind, dilation[0], groups)
                : functional.conv1d(padded, weight, bias, stride[0], rest[0], dilation[0], groups);
        }
    }

    /// <summary>Convolution over [B, C, H, W].</summary>
    public sealed class Conv2d : Convolution
    {
        internal Conv2d(
            long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(Conv2d), in_channels, out_channels, kernel_size, stride, padding, dilation, false, [0, 0], groups, bias, padding_mode, device, dtype)
        {
        }

        public override Tensor forward(Tensor input)
        {
            using Tensor padded = Padded(input, out long[] rest);
            return padding_type is { } kind
                ? functional.conv2d_padding(padded, weight, bias, stride, kind, dilation, groups)
                : functional.conv2d(padded, weight, bias, stride, rest, dilation, groups);
        }
    }

    /// <summary>Transposed convolution over [B, C, T].</summary>
    public sealed class ConvTranspose1d : Convolution
    {
        internal ConvTranspose1d(
            long in_channels, long out_channels, long kernel_size, long stride, long padding, long output_padding, long dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(ConvTranspose1d), in_channels, out_channels, [kernel_size], [stride], [padding], [dilation], true, [output_padding], groups, bias, padding_mode, device, dtype)
        {
            if (padding_mode != PaddingModes.Zeros)
            {
                throw new ArgumentException("Only \"zeros\" padding mode is supported for ConvTranspose1d");
            }
        }

        public override Tensor forward(Tensor input) =>
            functional.conv_transpose1d(input, weight, bias, stride[0], padding![0], output_padding[0], dilation[0], groups); // padding: set by the constructor
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Conv1d Conv1d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, padding, dilation, padding_mode, groups, bias, device, dtype);

            public static Modules.Conv2d Conv2d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding], [dilation, dilation], padding_mode, groups, bias, device, dtype);

            public static Modules.Conv2d Conv2d(
                long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, Pair(kernel_size, 0), Pair(stride, 1), Pair(padding, 0), Pair(dilation, 1), padding_mode, groups, bias, device, dtype);

            public static Modules.ConvTranspose1d ConvTranspose1d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long output_padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, padding_mode, groups, bias, device, dtype);

            public static Modules.Conv1d Conv1d(
                long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            {
                Modules.Conv1d layer = Conv1d(in_channels, out_channels, kernel_size, stride, 0L, dilation, padding_mode: padding_mode, groups: groups, bias: bias, device: device, dtype: dtype);
                layer.SetPadding(padding);
                return layer;
            }

            public static Modules.Conv2d Conv2d(
                long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            {
                Modules.Conv2d layer = Conv2d(in_channels, out_channels, kernel_size, stride, 0L, dilation, padding_mode: padding_mode, groups: groups, bias: bias, device: device, dtype: dtype);
                layer.SetPadding(padding);
                return layer;
            }

            public static Modules.Conv2d Conv2d(
                long in_channels, long out_channels, (long, long) kernel_size, Padding padding, (long, long)? stride = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            {
                Modules.Conv2d layer = Conv2d(in_channels, out_channels, kernel_size, stride, ((long, long)?)null, dilation, padding_mode: padding_mode, groups: groups, bias: bias, device: device, dtype: dtype);
                layer.SetPadding(padding);
                return layer;
            }

            private static long[] Pair((long, long)? value, long missing) => value is { } v ? [v.Item1, v.Item2] : [missing, missing];
        }
    }
}
