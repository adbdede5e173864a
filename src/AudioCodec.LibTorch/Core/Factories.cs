using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor with a copy of an array of any rank.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        HandleLists.RefuseNames(names);
        long[] shape = [.. Enumerable.Range(0, rawArray.Rank).Select(i => rawArray.GetLongLength(i))];
        GCHandle pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        try
        {
            // Every element type is checked to be a number first, so that the array can be pinned and its bytes mean something.
            Type element = rawArray.GetType().GetElementType() ?? throw new ArgumentException("not an array", nameof(rawArray));
            return Create(ElementTypes.Of(element), pin.AddrOfPinnedObject(), rawArray.LongLength, shape, dtype, device, requires_grad);
        }
        finally
        {
            pin.Free();
        }
    }

    internal static unsafe Tensor FromSpan<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, ScalarType? dtype, Device? device, bool requiresGrad, string[]? names = null)
        where T : unmanaged
    {
        HandleLists.RefuseNames(names);
        fixed (T* p = values)
        {
            return Create(ElementTypes.Of(typeof(T)), (IntPtr)p, values.Length, shape, dtype, device, requiresGrad);
        }
    }

    private static unsafe Tensor Create(ScalarType source, IntPtr data, long count, ReadOnlySpan<long> shape, ScalarType? dtype, Device? device, bool requiresGrad)
    {
        long bytes = count * SizeOf(source);
        IntPtr handle;
        fixed (long* s = shape)
        {
            handle = Native.ac_from_bytes((void*)data, bytes, s, shape.Length, (sbyte)source);
        }

        Tensor tensor = Native.Wrap(handle);
        if ((dtype is { } type && type != source) || (device is { } d && d.type != DeviceType.CPU))
        {
            tensor = tensor.to(dtype ?? source, device ?? CPU, disposeAfter: true);
        }

        return requiresGrad ? tensor.requires_grad_() : tensor;
    }

    private static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        _ => 16,
    };
}
