using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch. Its memory is freed by disposing it, by the dispose scope it was made in, or at last by the collector.</summary>
    public partial class Tensor : IDisposable
    {
        private static long s_totalCount;
        private static long s_peakCount;
        private IntPtr _handle;

        internal Tensor(IntPtr handle)
        {
            _handle = handle;
            long total = Interlocked.Increment(ref s_totalCount);
            if (total > Volatile.Read(ref s_peakCount))
            {
                Volatile.Write(ref s_peakCount, total);
            }

            DisposeScopeManager.Register(this);
        }

        ~Tensor() => Dispose(false);

        /// <summary>Tensors alive in this process.</summary>
        public static long TotalCount => Volatile.Read(ref s_totalCount);

        /// <summary>The largest number of tensors that were alive at once.</summary>
        public static long PeakCount => Volatile.Read(ref s_peakCount);

        /// <summary>A name for the user's own purposes.</summary>
        public string? name { get; set; }

        public bool IsInvalid => _handle == IntPtr.Zero;

        /// <summary>The native handle.</summary>
        /// <exception cref="InvalidOperationException">The tensor was disposed.</exception>
        public IntPtr Handle => _handle != IntPtr.Zero ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        internal DisposeScope? OwningDisposeScope { get; set; }

        public long Dimensions => Native.ac_dim(Handle);

        public long ndim => Dimensions;

        public long NumberOfElements => Native.ac_numel(Handle);

        public long ElementSize => Native.ac_element_size(Handle);

        public ScalarType dtype => (ScalarType)Native.ac_dtype(Handle);

        public Device device => new((DeviceType)Native.ac_device_type(Handle), (int)Native.ac_device_index(Handle));

        public int device_index => (int)Native.ac_device_index(Handle);

        public DeviceType device_type => (DeviceType)Native.ac_device_type(Handle);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_leaf => Native.ac_is_leaf(Handle) != 0;

        public bool is_sparse => Native.ac_is_sparse(Handle) != 0;

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* p = sizes)
                {
                    Native.ac_shape(Handle, p);
                }

                return sizes;
            }
        }

        public bool requires_grad
        {
            get => Native.ac_requires_grad(Handle) != 0;
            set
            {
                Native.ac_set_requires_grad(Handle, value ? (byte)1 : (byte)0);
                Native.Check();
            }
        }

        /// <summary>The gradient, a new wrapper each time, or null where there is none.</summary>
        public Tensor? grad
        {
            get
            {
                IntPtr result = Native.ac_grad(Handle);
                Native.Check();
                return result == IntPtr.Zero ? null : new Tensor(result);
            }

            set
            {
                Native.ac_set_grad(Handle, value is null ? IntPtr.Zero : value.Handle);
                GC.KeepAlive(value);
                Native.Check();
            }
        }

        public Tensor real => Select(0);

        public Tensor imag => Select(1);

        public Tensor T => Dimensions < 2 ? alias() : permute([.. Enumerable.Range(0, (int)Dimensions).Reverse().Select(i => (long)i)]);

        public Tensor mT => transpose(-2, -1);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (disposing)
            {
                OwningDisposeScope?.Forget(this);
                OwningDisposeScope = null;
            }

            Free();
        }

        /// <summary>Gives the tensor to the scope around the current one.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of its scope: it lives until disposed or collected.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            DisposeScopeManager.Move(this, other);
            return this;
        }

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long storage_offset() => Native.ac_storage_offset(Handle);

        public bool is_contiguous() => Native.ac_is_contiguous(Handle) != 0;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public long[] size() => shape;

        public long size(int dim)
        {
            long[] sizes = shape;
            int index = dim < 0 ? dim + sizes.Length : dim;
            return (uint)index < (uint)sizes.Length ? sizes[index] : throw new IndexOutOfRangeException($"dimension {dim} of a tensor with {sizes.Length}");
        }

        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* p = strides)
            {
                Native.ac_strides(Handle, p);
            }

            Native.Check();
            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + (int)Dimensions : dim];

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public void retain_grad()
        {
            Native.ac_retain_grad(Handle);
            Native.Check();
        }

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>Whether shape and all elements are the same.</summary>
        public bool Equals(Tensor target)
        {
            if (ReferenceEquals(this, target))
            {
                return true;
            }

            return shape.AsSpan().SequenceEqual(target.shape) && dtype == target.dtype && all_equal(target);
        }

        public override int GetHashCode() => base.GetHashCode();

        public override string ToString() => IsInvalid ? "[disposed]" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        private bool all_equal(Tensor target)
        {
            using Tensor same = eq(target);
            using Tensor every = same.all();
            return every.item<bool>();
        }

        // view_as_real keeps the storage, so that writing into the part changes the whole, as in libtorch.
        private Tensor Select(long part)
        {
            if (!is_complex())
            {
                return part == 0 ? alias() : throw new ExternalException("imag is not implemented for tensors with non-complex dtypes");
            }

            using Tensor pairs = view_as_real();
            return pairs.select(-1, part);
        }

        private void Free()
        {
            IntPtr handle = Interlocked.Exchange(ref _handle, IntPtr.Zero);
            if (handle != IntPtr.Zero)
            {
                Interlocked.Decrement(ref s_totalCount);
                Native.ac_free(handle);
            }
        }
    }
}
