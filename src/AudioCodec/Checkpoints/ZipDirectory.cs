using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace AudioCodec.Checkpoints;

/// <summary>One file inside a zip archive.</summary>
/// <param name="Name">Path inside the archive.</param>
/// <param name="Deflated">Whether the data is deflated rather than stored.</param>
/// <param name="Crc">CRC-32 of the data; 0 where the writer left it out.</param>
/// <param name="CompressedBytes">Bytes in the archive.</param>
/// <param name="Bytes">Bytes of the data.</param>
/// <param name="HeaderOffset">Offset of the local header.</param>
internal sealed record ZipEntry(string Name, bool Deflated, uint Crc, long CompressedBytes, long Bytes, long HeaderOffset);

/// <summary>The directory of a zip archive, with access to the data of its entries.</summary>
/// <remarks>
/// Written for torch's archives: stored or deflated entries, ZIP64. Stored data is read in place, so that a checkpoint is
/// never in memory twice. The total size that a directory may claim is limited by the archive's size, against zip bombs.
/// Source: PKWARE's APPNOTE, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3.
/// </remarks>
internal sealed class ZipDirectory
{
    private const int EndRecordBytes = 22;
    private const int Zip64LocatorBytes = 20;
    private const int Zip64EndRecordBytes = 56;
    private const int CentralHeaderBytes = 46;
    private const int LocalHeaderBytes = 30;
    private const int MaxDirectoryBytes = 32 << 20;
    private const int MaxExpansion = 16;
    private const long MaxExpansionSlack = 16 << 20;

    private readonly ByteSource _bytes;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Reads the directory.</summary>
    /// <exception cref="CheckpointException">The archive is damaged, or claims more data than an archive of its size can hold.</exception>
    public ZipDirectory(ByteSource bytes)
    {
        _bytes = bytes;
        (long start, long length) = FindDirectory();
        if (length > MaxDirectoryBytes || start < 0 || length < 0 || start > bytes.Length - length)
        {
            throw Fault($"its directory of {length} bytes at {start} lies outside the file");
        }

        var directory = new byte[length];
        bytes.Read(start, directory);
        ReadEntries(directory);
        Int128 total = _entries.Values.Aggregate(Int128.Zero, (sum, e) => sum + e.Bytes);
        if (total > ((Int128)bytes.Length * MaxExpansion) + MaxExpansionSlack)
        {
            throw Fault($"its {bytes.Length} bytes claim to hold {total} bytes of data");
        }
    }

    /// <summary>The entries by name.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries => _entries;

    /// <summary>The data of an entry, checked against its CRC-32.</summary>
    public ByteSource Open(ZipEntry entry)
    {
        Span<byte> header = stackalloc byte[LocalHeaderBytes];
        _bytes.Read(entry.HeaderOffset, header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034B50)
        {
            throw Fault($"entry '{Messages.Quote(entry.Name)}' has no header at byte {entry.HeaderOffset}");
        }

        long start = entry.HeaderOffset + LocalHeaderBytes
            + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (start > _bytes.Length || entry.CompressedBytes > _bytes.Length - start)
        {
            throw Fault($"entry '{Messages.Quote(entry.Name)}' of {entry.CompressedBytes} bytes at {start} reaches beyond the file's end");
        }

        ByteSource data = entry.Deflated
            ? ByteSource.FromMemory(_bytes.Name, Inflate(entry, start))
            : _bytes.Slice(start, entry.Bytes);
        CheckCrc(entry, data);
        return data;
    }

    private (long Start, long Length) FindDirectory()
    {
        int tailLength = (int)Math.Min(_bytes.Length, EndRecordBytes + ushort.MaxValue);
        var tail = new byte[tailLength];
        _bytes.Read(_bytes.Length - tailLength, tail);
        int end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end > tailLength - EndRecordBytes)
        {
            throw Fault("it has no end record");
        }

        ReadOnlySpan<byte> record = tail.AsSpan(end);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        return length == uint.MaxValue || start == uint.MaxValue
            ? FindZip64Directory(_bytes.Length - tailLength + end - Zip64LocatorBytes)
            : (start, length);
    }

    private (long Start, long Length) FindZip64Directory(long locatorOffset)
    {
        Span<byte> locator = stackalloc byte[Zip64LocatorBytes];
        _bytes.Read(locatorOffset, locator);
        long recordOffset = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        Span<byte> record = stackalloc byte[Zip64EndRecordBytes];
        _bytes.Read(recordOffset, record);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != 0x07064B50 || BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x06064B50)
        {
            throw Fault("its ZIP64 end record is missing");
        }

        return (BinaryPrimitives.ReadInt64LittleEndian(record[48..]), BinaryPrimitives.ReadInt64LittleEndian(record[40..]));
    }

    private void ReadEntries(ReadOnlySpan<byte> directory)
    {
        while (!directory.IsEmpty)
        {
            if (directory.Length < CentralHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(directory) != 0x02014B50)
            {
                throw Fault("its directory holds an invalid entry");
            }

            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
            int total = CentralHeaderBytes + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            if (total > directory.Length)
            {
                throw Fault("its directory ends inside an entry");
            }

            ReadEntry(directory, directory.Slice(CentralHeaderBytes, nameLength), directory.Slice(CentralHeaderBytes + nameLength, extraLength));
            directory = directory[total..];
        }
    }

    private void ReadEntry(ReadOnlySpan<byte> header, ReadOnlySpan<byte> nameBytes, ReadOnlySpan<byte> extra)
    {
        // Invalid UTF-8 is replaced; no entry of such a name is ever requested.
        string name = Encoding.UTF8.GetString(nameBytes);
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        ushort method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        ReadOnlySpan<byte> zip64 = FindZip64Extra(extra);
        long bytes = Widen(BinaryPrimitives.ReadUInt32LittleEndian(header[24..]), ref zip64);
        long compressed = Widen(BinaryPrimitives.ReadUInt32LittleEndian(header[20..]), ref zip64);
        long offset = Widen(BinaryPrimitives.ReadUInt32LittleEndian(header[42..]), ref zip64);
        if ((flags & 1) != 0 || method is not (0 or 8))
        {
            throw Fault($"entry '{Messages.Quote(name)}' is encrypted or compressed by method {method}; stored and deflated can be read");
        }

        if (bytes < 0 || compressed < 0 || offset < 0 || offset > _bytes.Length || (method == 0 && bytes != compressed))
        {
            throw Fault($"entry '{Messages.Quote(name)}' has impossible sizes ({compressed} bytes for {bytes} at {offset})");
        }

        var entry = new ZipEntry(name, method == 8, BinaryPrimitives.ReadUInt32LittleEndian(header[16..]), compressed, bytes, offset);
        if (!_entries.TryAdd(name, entry))
        {
            throw Fault($"entry '{Messages.Quote(name)}' is listed twice");
        }
    }

    private static ReadOnlySpan<byte> FindZip64Extra(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    /// <summary>The value of a field: where it is all ones, the next value of the ZIP64 extra field.</summary>
    private static long Widen(uint value, ref ReadOnlySpan<byte> zip64)
    {
        if (value != uint.MaxValue || zip64.Length < 8)
        {
            return value;
        }

        long wide = BinaryPrimitives.ReadInt64LittleEndian(zip64);
        zip64 = zip64[8..];
        return wide;
    }

    private byte[] Inflate(ZipEntry entry, long start)
    {
        if (entry.Bytes > Array.MaxLength || entry.CompressedBytes > Array.MaxLength)
        {
            throw Fault($"entry '{Messages.Quote(entry.Name)}' of {entry.Bytes} bytes is deflated; entries of that size must be stored");
        }

        var compressed = new byte[entry.CompressedBytes];
        _bytes.Read(start, compressed);
        var data = new byte[entry.Bytes];
        try
        {
            using var inflater = new DeflateStream(new MemoryStream(compressed), CompressionMode.Decompress);
            if (inflater.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) == data.Length && inflater.ReadByte() < 0)
            {
                return data;
            }
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointException($"{_bytes.Name}: entry '{Messages.Quote(entry.Name)}' cannot be inflated. The file is damaged.", _bytes.Name, null, e);
        }

        throw Fault($"entry '{Messages.Quote(entry.Name)}' does not inflate to the {entry.Bytes} bytes that the directory states");
    }

    private void CheckCrc(ZipEntry entry, ByteSource data)
    {
        if (entry.Crc == 0)
        {
            return;
        }

        var crc = new Crc32();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 18);
        for (long offset = 0; offset < data.Length; offset += buffer.Length)
        {
            Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, data.Length - offset));
            data.Read(offset, chunk);
            crc.Append(chunk);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        uint found = crc.GetCurrentHashAsUInt32();
        if (found != entry.Crc)
        {
            throw Fault($"entry '{Messages.Quote(entry.Name)}' has checksum {found:x8}, expected {entry.Crc:x8}");
        }
    }

    private CheckpointException Fault(string what) => new($"{_bytes.Name}: not a readable zip archive: {what}. The file is damaged or truncated.", _bytes.Name);
}
