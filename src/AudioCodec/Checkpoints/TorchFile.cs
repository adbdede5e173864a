using System.Buffers;

namespace AudioCodec.Checkpoints;

/// <summary>A file that <c>torch.save</c> wrote: a pickle that refers to storages, and the storages.</summary>
internal abstract class TorchFile
{
    private const int ChunkElements = 1 << 17;

    private readonly ByteSource _bytes;
    private readonly Dictionary<(string Key, long First), List<(TorchTensor Tensor, CheckpointTensor Found)>> _found = [];
    private long _elementsLeft;

    protected TorchFile(ByteSource bytes)
    {
        _bytes = bytes;

        // Overlapping views may repeat stored values, but within a budget. Each tensor counts with its own elements and with
        // those it spans in the storage, so plain tensors of one-byte elements need exactly two per byte of the file.
        _elementsLeft = (bytes.Length * 2) + (4 << 20);
    }

    /// <summary>The saved object.</summary>
    public object? Root { get; protected init; }

    /// <summary>Path or name of the file.</summary>
    public string Source => _bytes.Name;

    /// <summary>Opens a file of either kind.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public static TorchFile Open(ByteSource bytes, bool zip) => zip ? new TorchZipFile(bytes) : new TorchLegacyFile(bytes);

    /// <summary>A tensor whose values are read at each use. Equal views give the same tensor.</summary>
    /// <param name="tensor">The view, which is checked here; its storage is checked when the values are read.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="CheckpointException">The view reaches beyond its storage; or, when its values are read, the storage is incomplete.</exception>
    public CheckpointTensor Find(TorchTensor tensor, string name)
    {
        List<(TorchTensor Tensor, CheckpointTensor Found)> siblings = Siblings(tensor);
        foreach ((TorchTensor known, CheckpointTensor found) in siblings)
        {
            if (known.Storage == tensor.Storage && known.Shape.AsSpan().SequenceEqual(tensor.Shape) && known.Strides.AsSpan().SequenceEqual(tensor.Strides))
            {
                return found;
            }
        }

        (int count, int extent) = Check(tensor, name);
        _elementsLeft -= (long)count + extent;
        if (_elementsLeft < 0)
        {
            throw Fault(name, "and others repeat the same stored values too often");
        }

        var result = new CheckpointTensor([.. tensor.Shape.Select(d => (int)d)], values => ReadView(tensor, extent, name, values));
        siblings.Add((tensor, result));
        return result;
    }

    /// <summary>The bytes of a keyed storage, checked to hold <see cref="TorchStorage.KeyedCount"/> elements.</summary>
    protected abstract (ByteSource Data, bool BigEndian) OpenStorage(TorchStorage storage, string tensorName);

    protected CheckpointException Fault(string tensor, string what) =>
        new($"{Source}: tensor '{Messages.Quote(tensor)}' {what}. The file is damaged or hostile.", Source, tensor);

    private List<(TorchTensor Tensor, CheckpointTensor Found)> Siblings(TorchTensor tensor)
    {
        (string Key, long) place = (tensor.Storage.Key, tensor.Offset);
        if (!_found.TryGetValue(place, out List<(TorchTensor Tensor, CheckpointTensor Found)>? siblings))
        {
            _found.Add(place, siblings = []);
        }

        return siblings;
    }

    /// <summary>Checks a view. Returns the number of its elements, and the elements of the storage from its first to its last one.</summary>
    private (int Count, int Extent) Check(TorchTensor tensor, string name)
    {
        if (tensor.Shape.Length != tensor.Strides.Length || !ElementLayout.TryCount(tensor.Shape, out int count))
        {
            throw Fault(name, $"has shape [{string.Join(", ", tensor.Shape)}] with strides [{string.Join(", ", tensor.Strides)}]");
        }

        Int128 last = 0;
        for (int i = 0; i < tensor.Shape.Length && count > 0; i++)
        {
            last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
            if (tensor.Strides[i] < 0)
            {
                throw Fault(name, $"has strides [{string.Join(", ", tensor.Strides)}]; they cannot be negative");
            }
        }

        Int128 extent = count == 0 ? 0 : last + 1;
        if (tensor.Offset < 0 || tensor.Offset + extent > tensor.Storage.Count)
        {
            throw Fault(name, $"needs elements {tensor.Offset} to {tensor.Offset + extent} of a storage of {tensor.Storage.Count}");
        }

        return (count, (int)extent);
    }

    private static bool IsContiguous(TorchTensor tensor)
    {
        long expected = 1;
        for (int i = tensor.Shape.Length - 1; i >= 0; i--)
        {
            if (tensor.Shape[i] != 1 && tensor.Strides[i] != expected)
            {
                return false;
            }

            expected *= tensor.Shape[i];
        }

        return true;
    }

    private void ReadView(TorchTensor tensor, int extent, string name, Span<float> values)
    {
        if (IsContiguous(tensor))
        {
            ReadRun(tensor, name, values);
            return;
        }

        var run = new float[extent];
        ReadRun(tensor, name, run);
        Gather(tensor, run, values);
    }

    /// <summary>Reads the storage from the view's first element on.</summary>
    private void ReadRun(TorchTensor tensor, string name, Span<float> values)
    {
        TorchStorage storage = tensor.Storage;
        (ByteSource data, bool bigEndian) = OpenStorage(storage, name);
        int size = ElementLayout.SizeOf(storage.Type);
        long start = (storage.FirstElement + tensor.Offset) * size;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(ChunkElements, values.Length) * size);
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(ChunkElements, values.Length - done);
            Span<byte> chunk = buffer.AsSpan(0, count * size);
            data.Read(start + ((long)done * size), chunk);
            if (bigEndian)
            {
                ElementLayout.ReverseElements(storage.Type, chunk);
            }

            ElementLayout.ToFloat32(storage.Type, chunk, values.Slice(done, count));
            done += count;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Copies the elements of a strided view into row-major order.</summary>
    private static void Gather(TorchTensor tensor, float[] run, Span<float> values)
    {
        var index = new long[tensor.Shape.Length];
        long position = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = run[position];
            for (int d = index.Length - 1; d >= 0; d--)
            {
                position += tensor.Strides[d];
                if (++index[d] < tensor.Shape[d])
                {
                    break;
                }

                position -= index[d] * tensor.Strides[d];
                index[d] = 0;
            }
        }
    }
}
