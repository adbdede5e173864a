using System.Collections;

namespace TorchSharp.Utils;

/// <summary>Reads and writes a tensor in host memory, element by element in row-major order whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private torch.Tensor? _tensor;
    private readonly T* _data;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        // A wrapper of its own: disposing the tensor must not pull the memory away.
        _tensor = tensor.alias().DetachFromDisposeScope();
        _data = (T*)Native.ac_data_ptr(_tensor.Handle);
        Native.Check();
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
    }

    public long Count => _tensor is null ? 0 : _tensor.numel();

    public bool IsReadOnly => false;

    private torch.Tensor Alive => _tensor ?? throw new ObjectDisposedException(nameof(TensorAccessor<T>));

    public T this[params long[] indices]
    {
        get => *At(indices);
        set => *At(indices) = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies from element <paramref name="tensorIndex"/> on into the array from <paramref name="arrayIndex"/> on, as many as both hold.</summary>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        _ = Alive;
        Span<T> target = array[arrayIndex..];
        int n = (int)Math.Min(target.Length, Count - tensorIndex);
        if (_contiguous)
        {
            new ReadOnlySpan<T>(_data + tensorIndex, n).CopyTo(target);
        }
        else
        {
            for (int i = 0; i < n; i++)
            {
                target[i] = *Linear(tensorIndex + i);
            }
        }

        GC.KeepAlive(this);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        _ = Alive;
        ReadOnlySpan<T> source = array[arrayIndex..];
        int n = (int)Math.Min(source.Length, Count - tensorIndex);
        for (int i = 0; i < n; i++)
        {
            *Linear(tensorIndex + i) = source[i];
        }

        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        _tensor?.Dispose();
        _tensor = null;
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
        {
            yield return Read(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private T Read(long linear)
    {
        _ = Alive;
        return *Linear(linear);
    }

    private T* At(long[] indices)
    {
        _ = Alive;
        if (indices.Length != _shape.Length)
        {
            throw new ArgumentException($"{indices.Length} indices for a tensor with {_shape.Length} dimensions");
        }

        long offset = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            long index = indices[i] < 0 ? indices[i] + _shape[i] : indices[i];
            if ((ulong)index >= (ulong)_shape[i])
            {
                throw new IndexOutOfRangeException($"index {indices[i]} in dimension {i} of size {_shape[i]}");
            }

            offset += index * _strides[i];
        }

        return _data + offset;
    }

    private T* Linear(long index)
    {
        if (_contiguous)
        {
            return _data + index;
        }

        long offset = 0;
        for (int i = _shape.Length - 1; i >= 0; i--)
        {
            offset += index % _shape[i] * _strides[i];
            index /= _shape[i];
        }

        return _data + offset;
    }
}
