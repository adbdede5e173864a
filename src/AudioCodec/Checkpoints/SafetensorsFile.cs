using System.Buffers;
using System.Runtime.InteropServices;

namespace AudioCodec.Checkpoints;

/// <summary>A safetensors file, open for reading. The header is read and checked at once, values on demand.</summary>
/// <remarks>Source: the safetensors format description. Not safe for disposing while another thread reads; reads may run in parallel.</remarks>
public sealed class SafetensorsFile : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly ByteSource _bytes;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(ByteSource bytes)
    {
        _bytes = bytes;
        try
        {
            _header = SafetensorsHeader.Read(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }

        Names = [.. _header.Tensors.Values.OrderBy(t => t.Begin).ThenBy(t => t.Info.Name, StringComparer.Ordinal).Select(t => t.Info.Name)];
    }

    /// <summary>Names of all tensors, in the order of their data.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The file's string metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Path of the file, or the name given to the bytes.</summary>
    public string Source => _bytes.Name;

    /// <summary>Opens a file.</summary>
    /// <exception cref="CheckpointException">The file cannot be read or breaks the format.</exception>
    public static SafetensorsFile Open(string path) => new(ByteSource.OpenFile(path));

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">A name for it, used in messages.</param>
    /// <exception cref="CheckpointException">The bytes break the format.</exception>
    public static SafetensorsFile FromBytes(ReadOnlyMemory<byte> bytes, string name) => new(ByteSource.FromMemory(name, bytes));

    /// <summary>Reads from open bytes, which are disposed with the file.</summary>
    internal static SafetensorsFile FromSource(ByteSource bytes) => new(bytes);

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _header.Tensors.ContainsKey(name);

    /// <summary>Type and shape of a tensor.</summary>
    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    public TensorInfo Info(string name) => Find(name).Info;

    /// <summary>Values as single precision, row-major. Doubles and wide integers are rounded.</summary>
    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    public float[] ReadFloat32(string name)
    {
        float[] values = GC.AllocateUninitializedArray<float>(Find(name).Info.Count);
        ReadFloat32(name, values);
        return values;
    }

    /// <summary>Values of an integer or truth-value tensor, row-major.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, it holds floats, or a value does not fit 32 bits.</exception>
    public int[] ReadInt32(string name)
    {
        (TensorInfo info, long begin, _) = Find(name);
        if (!ElementLayout.IsInteger(info.Type))
        {
            throw new CheckpointException($"{Source}: tensor '{name}' holds {info.Type}, expected integers.", Source, name);
        }

        var values = new int[info.Count];
        ForEachChunk(info, begin, values.AsSpan(), (bytes, part, start) =>
        {
            if (!ElementLayout.TryToInt32(info.Type, bytes, part, out int misfit))
            {
                throw new CheckpointException($"{Source}: tensor '{name}' element {start + misfit} does not fit 32 bits.", Source, name);
            }
        });
        return values;
    }

    /// <summary>Reads every tensor as single precision.</summary>
    public StateDict ToStateDict()
    {
        var tensors = new Dictionary<string, CheckpointTensor>(Names.Count, StringComparer.Ordinal);
        foreach (string name in Names)
        {
            tensors.Add(name, new CheckpointTensor(Info(name).Shape, ReadFloat32(name)));
        }

        return new StateDict(Source, tensors);
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    /// <summary>As <see cref="ReadFloat32(string)"/>, into memory that is there already.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="values">Receives as many values as the tensor has.</param>
    internal void ReadFloat32(string name, Span<float> values)
    {
        (TensorInfo info, long begin, _) = Find(name);
        if (info.Type == TensorType.F32 && BitConverter.IsLittleEndian)
        {
            ReadWhole(begin, values);
            return;
        }

        ForEachChunk(info, begin, values, (bytes, part, _) => ElementLayout.ToFloat32(info.Type, bytes, part));
    }

    private StoredTensor Find(string name) =>
        _header.Tensors.TryGetValue(name, out StoredTensor? found)
            ? found
            : throw new CheckpointException($"{Source}: there is no tensor '{name}'.", Source, name);

    /// <summary>Reads in pieces, since the bytes of a tensor may exceed the length of a span.</summary>
    private void ReadWhole(long begin, Span<float> values)
    {
        for (int start = 0; start < values.Length;)
        {
            Span<float> piece = values.Slice(start, Math.Min(values.Length - start, ChunkBytes));
            _bytes.Read(begin + ((long)start * sizeof(float)), MemoryMarshal.AsBytes(piece));
            start += piece.Length;
        }
    }

    /// <summary>Reads and converts in pieces; the third argument of <paramref name="convert"/> is the index of the piece's first value.</summary>
    private void ForEachChunk<T>(TensorInfo info, long begin, Span<T> values, Action<ReadOnlySpan<byte>, Span<T>, int> convert)
    {
        int size = ElementLayout.SizeOf(info.Type);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (int start = 0; start < info.Count;)
            {
                int count = Math.Min(info.Count - start, ChunkBytes / size);
                _bytes.Read(begin + ((long)start * size), buffer.AsSpan(0, count * size));
                convert(buffer.AsSpan(0, count * size), values.Slice(start, count), start);
                start += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
