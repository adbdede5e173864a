using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of a tensor: a number, a slice, an ellipsis, a new axis, or a tensor.</summary>
    public struct TensorIndex
    {
        internal enum Kind
        {
            None = 0,
            Single = 1,
            Ellipsis = 2,
            Bool = 3,
            Tensor = 4,
            Slice = 5,
        }

        internal Kind Sort;
        internal long? First;
        internal long? Second;
        internal long? Third;
        internal torch.Tensor? Indices;

        public static TensorIndex Ellipsis = new() { Sort = Kind.Ellipsis };

        public static TensorIndex None = new() { Sort = Kind.None };

        public static TensorIndex Null = new() { Sort = Kind.None };

        public static TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Sort = Kind.Slice, First = start, Second = stop, Third = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) =>
            Slice(
                range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
                range.End.IsFromEnd ? (range.End.Value == 0 ? null : -range.End.Value) : range.End.Value);

        public static TensorIndex Bool(bool value) => new() { Sort = Kind.Bool, First = value ? 1 : 0 };

        public static TensorIndex Single(long? index) => new() { Sort = Kind.Single, First = index };

        public static TensorIndex Tensor(torch.Tensor tensor) => new() { Sort = Kind.Tensor, Indices = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>Only makes <see cref="TensorIndex"/> the better match in overloads, as in TorchSharp; never called.</summary>
        public static implicit operator torch.Tensor(TensorIndex value) => throw new InvalidOperationException("Should not be called.");

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);
    }

    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index([i1]);
            set => index_put_(value, [i1], false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index([i1, i2]);
            set => index_put_(value, [i1, i2], false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index([i1, i2, i3]);
            set => index_put_(value, [i1, i2, i3], false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index([i1, i2, i3, i4]);
            set => index_put_(value, [i1, i2, i3, i4], false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index([i1, i2, i3, i4, i5]);
            set => index_put_(value, [i1, i2, i3, i4, i5], false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index([i1, i2, i3, i4, i5, i6]);
            set => index_put_(value, [i1, i2, i3, i4, i5, i6], false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index([.. indices.Select(i => TensorIndex.Single(i))]);
            set => index_put_(value, [.. indices.Select(i => TensorIndex.Single(i))], false);
        }

        public unsafe Tensor index(params TensorIndex[] indices)
        {
            (long[] quads, IntPtr[] handles) = Flatten(indices);
            IntPtr result;
            fixed (long* q = quads)
            fixed (IntPtr* t = handles)
            {
                result = Native.ac_index(Handle, q, t, handles.Length);
            }

            GC.KeepAlive(indices);
            GC.KeepAlive(this);
            return Native.Wrap(result);
        }

        public Tensor index(params Tensor[] indices) => index(Indices(indices));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public unsafe Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            if (accumulate)
            {
                throw new NotSupportedException("index_put_ with accumulate is not supported by this binding; use index_add_ or scatter_add_");
            }

            (long[] quads, IntPtr[] handles) = Flatten(indices);
            fixed (long* q = quads)
            fixed (IntPtr* t = handles)
            {
                Native.ac_index_put(Handle, q, t, handles.Length, value.Handle);
            }

            GC.KeepAlive(indices);
            GC.KeepAlive(value);
            Native.Check();
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, Indices(indices), false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => index_put_(value, Indices(indices), accumulate);

        public unsafe Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            (long[] quads, IntPtr[] handles) = Flatten(indices);
            fixed (long* q = quads)
            fixed (IntPtr* t = handles)
            {
                Native.ac_index_put_scalar(Handle, q, t, handles.Length, value.Value);
            }

            GC.KeepAlive(indices);
            Native.Check();
            return this;
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Indices(indices));

        private static TensorIndex[] Indices(Tensor[] tensors) => [.. tensors.Select(TensorIndex.Tensor)];

        // Four numbers an index: kind, then up to three values, long.MinValue where there is none.
        private static (long[] Quads, IntPtr[] Handles) Flatten(TensorIndex[] indices)
        {
            var quads = new long[4 * indices.Length];
            var handles = new IntPtr[indices.Length];
            for (int i = 0; i < indices.Length; i++)
            {
                TensorIndex index = indices[i];
                quads[4 * i] = (long)index.Sort;
                quads[(4 * i) + 1] = index.First ?? long.MinValue;
                quads[(4 * i) + 2] = index.Second ?? long.MinValue;
                quads[(4 * i) + 3] = index.Third ?? long.MinValue;
                handles[i] = index.Indices is null ? IntPtr.Zero : index.Indices.Handle;
            }

            return (quads, handles);
        }
    }
}
