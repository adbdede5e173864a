using System.Runtime.InteropServices;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements of a tensor in host memory, as a flat view that keeps the tensor's own strides.</summary>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            ElementTypes.Require<T>(dtype);
            return device_type == DeviceType.CPU
                ? new TensorAccessor<T>(this)
                : throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }

        /// <summary>The one element of a tensor.</summary>
        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException($"Number of elements in the tensor must be 1, but is {NumberOfElements}");
            }

            ElementTypes.Require<T>(dtype);
            return ElementTypes.FromScalar<T>(ToScalar());
        }

        /// <summary>The raw bytes of a contiguous tensor in host memory, writable.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_contiguous() || !is_cpu())
                {
                    throw new NotImplementedException("Bytes() called on non-contiguous or non-CPU tensor.");
                }

                void* data = Native.ac_data_ptr(Handle);
                Native.Check();
                return new Span<byte>(data, checked((int)(NumberOfElements * ElementSize)));
            }

            set => value.CopyTo(bytes.Length == value.Length ? bytes : throw new ArgumentException($"{value.Length} bytes for a tensor of {bytes.Length}"));
        }

        public unsafe Scalar ToScalar()
        {
            ScalarValue value;
            Native.ac_item(Handle, &value);
            GC.KeepAlive(this);
            Native.Check();
            return new Scalar(value, dtype);
        }

        public Tensor cpu() => to(DeviceType.CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) =>
            to(device ?? new Device(DeviceType.CUDA), non_blocking: non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(type, null, copy, disposeAfter, non_blocking);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(null, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(type, device, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(type, null, copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(null, new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(null, device, copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => To(other.dtype, other.device, false, false, non_blocking);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor type(ScalarType dtype) => to(dtype);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @char() => to_type(ScalarType.Int8);

        public Tensor @short() => to_type(ScalarType.Int16);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        private Tensor To(ScalarType? type, Device? device, bool copy, bool disposeAfter, bool nonBlocking)
        {
            if (device?.type == DeviceType.CUDA)
            {
                InitializeDeviceType(DeviceType.CUDA);
            }

            Tensor result = NativeOps.to(this, type, device, nonBlocking, copy);
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }
    }
}
