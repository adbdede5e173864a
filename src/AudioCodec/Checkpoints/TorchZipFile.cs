using System.Text;

namespace AudioCodec.Checkpoints;

/// <summary>The format of <c>torch.save</c> since torch 1.6: a zip archive with <c>data.pkl</c> and <c>data/{key}</c>.</summary>
internal sealed class TorchZipFile : TorchFile
{
    private const string PickleName = "/data.pkl";
    private const int MaxPickleBytes = 64 << 20;

    private readonly ZipDirectory _zip;
    private readonly string _prefix;
    private readonly bool _bigEndian;
    private readonly Dictionary<string, ByteSource> _storages = new(StringComparer.Ordinal);

    public TorchZipFile(ByteSource bytes)
        : base(bytes)
    {
        _zip = new ZipDirectory(bytes);
        ZipEntry[] pickles = [.. _zip.Entries.Values.Where(e => e.Name.EndsWith(PickleName, StringComparison.Ordinal))];
        if (pickles is not [ZipEntry pickle] || pickle.Bytes > MaxPickleBytes)
        {
            throw new CheckpointException(
                $"{Source}: a zip archive with {pickles.Length} entries named data.pkl, expected one of at most {MaxPickleBytes} bytes. It was not written by torch.save.",
                Source);
        }

        _prefix = pickle.Name[..^PickleName.Length];
        _bigEndian = ReadIsBigEndian();
        Root = PickleReader.Read(new PickleInput(_zip.Open(pickle)));
    }

    protected override (ByteSource Data, bool BigEndian) OpenStorage(TorchStorage storage, string tensorName)
    {
        if (!_storages.TryGetValue(storage.Key, out ByteSource? data))
        {
            if (!_zip.Entries.TryGetValue($"{_prefix}/data/{storage.Key}", out ZipEntry? entry))
            {
                throw Fault(tensorName, $"refers to storage '{Messages.Quote(storage.Key)}', which the archive lacks");
            }

            data = _zip.Open(entry);
            _storages.Add(storage.Key, data);
        }

        long expected = storage.KeyedCount * ElementLayout.SizeOf(storage.Type);
        return data.Length == expected
            ? (data, _bigEndian)
            : throw Fault(tensorName, $"has a storage of {data.Length} bytes, expected {expected} ({storage.KeyedCount} of {storage.Type})");
    }

    /// <summary>Archives since torch 2.1 state their byte order; older ones are little-endian.</summary>
    private bool ReadIsBigEndian()
    {
        if (!_zip.Entries.TryGetValue($"{_prefix}/byteorder", out ZipEntry? entry))
        {
            return false;
        }

        ByteSource data = _zip.Open(entry);
        var text = new byte[Math.Min(data.Length, 16)];
        data.Read(0, text);
        return Encoding.ASCII.GetString(text) switch
        {
            "little" => false,
            "big" => true,
            string other => throw new CheckpointException($"{Source}: byte order '{Messages.Quote(other)}', expected 'little' or 'big'.", Source),
        };
    }
}
