using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using AudioCodec.Files;

namespace AudioCodec.Checkpoints;

/// <summary>Collects tensors and writes them as one safetensors file.</summary>
/// <remarks>
/// The same tensors give the same bytes in whatever order they are added: data is laid out by descending element size
/// (so that every tensor is aligned), then by name. Values are not copied before they are written.
/// </remarks>
public sealed class SafetensorsWriter
{
    private const int ChunkElements = 1 << 16;

    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private delegate void Encoder(int start, Span<byte> destination);

    /// <summary>Adds single-precision values.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Dimensions; their product is the number of values.</param>
    /// <param name="values">Row-major values.</param>
    /// <param name="type"><see cref="TensorType.F32"/>, or <see cref="TensorType.F16"/> (rounded to nearest even).</param>
    /// <exception cref="ArgumentException">Count and shape disagree, the name is taken, or a finite value does not fit half precision.</exception>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values, TensorType type = TensorType.F32)
    {
        if (type is not (TensorType.F32 or TensorType.F16))
        {
            throw new ArgumentException($"Floats are written as F32 or F16, not {type}.", nameof(type));
        }

        if (type == TensorType.F16)
        {
            CheckFitsHalf(name, values.Span);
        }

        Add(name, shape, values.Length, type, (start, destination) =>
        {
            ReadOnlySpan<float> source = values.Span[start..];
            int size = ElementLayout.SizeOf(type);
            for (int i = 0; i * size < destination.Length; i++)
            {
                if (type == TensorType.F32)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(destination[(i * size)..], source[i]);
                }
                else
                {
                    BinaryPrimitives.WriteHalfLittleEndian(destination[(i * size)..], (Half)source[i]);
                }
            }
        });
    }

    /// <summary>Adds 16-bit unsigned integers, such as codes.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{int}, ReadOnlyMemory{float}, TensorType)" path="/exception"/>
    public void AddUInt16(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<ushort> values) =>
        Add(name, shape, values.Length, TensorType.U16, (start, destination) =>
        {
            ReadOnlySpan<ushort> source = values.Span.Slice(start, destination.Length / sizeof(ushort));
            MemoryMarshal.AsBytes(source).CopyTo(destination);
            ToLittleEndian(TensorType.U16, destination);
        });

    /// <summary>Sets one entry of the file's string metadata.</summary>
    public void SetMetadata(string key, string value) => _metadata[key] = value;

    /// <summary>Writes the file; it appears under its name when it is complete, and an older one is replaced.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        using var file = new AtomicFile(path);
        Write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes the file to a stream, which stays open.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Entry[] entries = [.. _entries.Values.OrderByDescending(e => ElementLayout.SizeOf(e.Info.Type))];
        byte[] header = BuildHeader(entries);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        stream.Write(header);
        var buffer = new byte[ChunkElements * sizeof(double)];
        foreach (Entry entry in entries)
        {
            int size = ElementLayout.SizeOf(entry.Info.Type);
            for (int start = 0; start < entry.Info.Count; start += ChunkElements)
            {
                Span<byte> chunk = buffer.AsSpan(0, Math.Min(ChunkElements, entry.Info.Count - start) * size);
                entry.Encode(start, chunk);
                stream.Write(chunk);
            }
        }
    }

    private static void CheckFitsHalf(string name, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i]) && Half.IsInfinity((Half)values[i]))
            {
                throw new ArgumentException($"Tensor '{name}' element {i} is {values[i]}; half precision ends at 65504. Write it as F32.", nameof(values));
            }
        }
    }

    private static void ToLittleEndian(TensorType type, Span<byte> bytes)
    {
        if (!BitConverter.IsLittleEndian)
        {
            ElementLayout.ReverseElements(type, bytes);
        }
    }

    private void Add(string name, ReadOnlySpan<int> shape, int count, TensorType type, Encoder encode)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!ElementLayout.TryCount([.. shape.ToArray().Select(d => (long)d)], out int expected) || expected != count)
        {
            throw new ArgumentException($"Tensor '{name}' has {count} values, shape {Messages.Shape(shape)}.", nameof(shape));
        }

        if (!_entries.TryAdd(name, new Entry(new TensorInfo(name, type, shape.ToArray()), encode)))
        {
            throw new ArgumentException($"Tensor '{name}' was added before.", nameof(name));
        }
    }

    private byte[] BuildHeader(Entry[] entries)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (_metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in _metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (Entry entry in entries)
            {
                long end = offset + ((long)entry.Info.Count * ElementLayout.SizeOf(entry.Info.Type));
                WriteTensor(json, entry.Info, offset, end);
                offset = end;
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8 keep the data aligned in the file.
        int padded = (buffer.WrittenCount + 7) / 8 * 8;
        var header = new byte[padded];
        buffer.WrittenSpan.CopyTo(header);
        header.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    private static void WriteTensor(Utf8JsonWriter json, TensorInfo info, long begin, long end)
    {
        json.WriteStartObject(info.Name);
        json.WriteString("dtype", SafetensorsHeader.TypeName(info.Type));
        json.WriteStartArray("shape");
        foreach (int dimension in info.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private sealed record Entry(TensorInfo Info, Encoder Encode);
}
