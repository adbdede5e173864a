using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Rows of a table by number.</summary>
    public sealed class Embedding : Module<Tensor, Tensor>
    {
        private readonly long _paddingIndex;
        private readonly double? _maxNorm;
        private readonly double _normType;
        private readonly bool _scaleGradient;
        private readonly bool _sparse;

        internal Embedding(Parameter weight, long? paddingIndex, double? maxNorm, double normType, bool scaleGradient, bool sparse)
            : base(nameof(Embedding))
        {
            (_paddingIndex, _maxNorm, _normType, _scaleGradient, _sparse) = (paddingIndex ?? -1, maxNorm, normType, scaleGradient, sparse);
            ConditionallyRegisterParameter("weight", weight);
        }

        public Parameter? weight
        {
            get => _internal_params[nameof(weight)];
            set => ConditionallyRegisterParameter(nameof(weight), value);
        }

        public override Tensor forward(Tensor input)
        {
            Parameter table = _internal_params[nameof(weight)];
            if (_maxNorm is { } limit)
            {
                using IDisposable off = no_grad();
                NativeOps.embedding_renorm_(table, input, limit, _normType).Dispose();
            }

            return NativeOps.embedding(table, input, _paddingIndex, _scaleGradient, _sparse);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                using DisposeScope scope = NewDisposeScope();
                Modules.Parameter weight = new(randn([num_embeddings, embedding_dims], dtype, device));
                if (padding_idx is { } row)
                {
                    init.zeros_(weight.select(0, row));
                }

                return new(weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
            }

            public static Modules.Embedding Embedding_from_pretrained(
                Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor table = embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device);
                return new(new Modules.Parameter(table, !freeze), padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
            }
        }
    }
}
