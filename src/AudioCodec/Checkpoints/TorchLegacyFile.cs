using System.Buffers.Binary;

namespace AudioCodec.Checkpoints;

/// <summary>The format of <c>torch.save</c> before torch 1.6: a sequence of pickles, then each storage with its element count.</summary>
/// <remarks>The pickles are a magic number, a protocol version, properties of the writing system, the object, and the keys of the storages in order. Storages are little-endian.</remarks>
internal sealed class TorchLegacyFile : TorchFile
{
    private const int ProtocolVersion = 1001;

    private readonly ByteSource _bytes;
    private readonly Dictionary<string, (long Offset, long Count, int ElementBytes)> _places = new(StringComparer.Ordinal);

    public TorchLegacyFile(ByteSource bytes)
        : base(bytes)
    {
        _bytes = bytes;
        var input = new PickleInput(bytes);
        PickleReader.Read(input);
        if (PickleReader.Read(input) is not (long)ProtocolVersion)
        {
            throw new CheckpointException($"{Source}: a legacy torch file whose protocol version is not {ProtocolVersion}.", Source);
        }

        PickleReader.Read(input);
        var storages = new Dictionary<string, TorchStorage>(StringComparer.Ordinal);
        Root = PickleReader.Read(input, storages);
        Locate(PickleReader.Read(input) as List<object?> ?? [], storages, input.Position);
    }

    /// <summary>The first bytes of such a file: a pickle of its magic number.</summary>
    public static ReadOnlySpan<byte> Magic => [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];

    protected override (ByteSource Data, bool BigEndian) OpenStorage(TorchStorage storage, string tensorName)
    {
        if (!_places.TryGetValue(storage.Key, out (long Offset, long Count, int ElementBytes) place))
        {
            throw Fault(tensorName, $"refers to storage '{Messages.Quote(storage.Key)}', which the file lacks");
        }

        if (place.Count != storage.KeyedCount || place.ElementBytes != ElementLayout.SizeOf(storage.Type))
        {
            throw Fault(tensorName, $"has a storage of {place.Count} elements of {place.ElementBytes} bytes, expected {storage.KeyedCount} of {storage.Type}");
        }

        return (_bytes.Slice(place.Offset, place.Count * place.ElementBytes), false);
    }

    private void Locate(List<object?> keys, Dictionary<string, TorchStorage> storages, long position)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        foreach (object? item in keys)
        {
            if (item is not string key || !storages.TryGetValue(key, out TorchStorage? storage))
            {
                throw new CheckpointException($"{Source}: lists a storage that no tensor refers to. The file is damaged.", Source);
            }

            _bytes.Read(position, prefix);
            position += prefix.Length;
            long count = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            int size = ElementLayout.SizeOf(storage.Type);
            if (count < 0 || count > (_bytes.Length - position) / size)
            {
                throw new CheckpointException(
                    $"{Source}: storage '{Messages.Quote(key)}' claims {count} elements of {size} bytes; {_bytes.Length - position} bytes are left. The file is truncated or damaged.",
                    Source);
            }

            if (!_places.TryAdd(key, (position, count, size)))
            {
                throw new CheckpointException($"{Source}: storage '{Messages.Quote(key)}' is listed twice. The file is damaged.", Source);
            }

            position += count * size;
        }
    }
}
