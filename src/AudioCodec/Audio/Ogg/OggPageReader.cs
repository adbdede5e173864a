using System.Buffers.Binary;

namespace AudioCodec.Audio.Ogg;

/// <summary>Reads the pages of an Ogg file one by one; what is no page, or fails its checksum, is passed over up to the next one.</summary>
/// <remarks>Holds two pages at the most, whatever the file says. Source: RFC 3533.</remarks>
internal sealed class OggPageReader(Stream stream)
{
    private const int HeaderBytes = 27;
    private const int ChecksumOffset = 22;
    private const int MostPageBytes = HeaderBytes + 255 + (255 * 255);
    private const byte Continued = 1;
    private const byte First = 2;
    private const byte Last = 4;

    private readonly byte[] _buffer = new byte[2 * MostPageBytes];
    private int _page;
    private int _pageBytes;
    private int _end;
    private bool _streamEnded;

    /// <summary>Bytes so far that belong to no whole page.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>Whether no page is left.</summary>
    public bool AtEnd => _streamEnded && _pageBytes == 0;

    /// <summary>Whether the page goes on with the packet that its predecessor left open.</summary>
    public bool IsContinued => (Flags & Continued) != 0;

    /// <summary>Whether the page begins a logical stream.</summary>
    public bool IsFirst => (Flags & First) != 0;

    /// <summary>Whether the page ends its logical stream.</summary>
    public bool IsLast => (Flags & Last) != 0;

    /// <summary>Position at the end of the last packet that ends on the page, in the codec's unit; negative where none does.</summary>
    public long Granule => BinaryPrimitives.ReadInt64LittleEndian(Field(6, 8));

    /// <summary>Number of the logical stream.</summary>
    public uint Serial => BinaryPrimitives.ReadUInt32LittleEndian(Field(14, 4));

    /// <summary>Number of the page within its logical stream.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32LittleEndian(Field(18, 4));

    /// <summary>Lengths of the segments; a packet ends with the first one below 255.</summary>
    public ReadOnlySpan<byte> Segments => Field(HeaderBytes, _buffer[_page + HeaderBytes - 1]);

    /// <summary>The segments' bytes.</summary>
    public ReadOnlySpan<byte> Payload => Field(0, _pageBytes)[(HeaderBytes + Segments.Length)..];

    private byte Flags => _buffer[_page + 5];

    /// <summary>Goes on to the next page; the spans of the one before are invalid then.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next()
    {
        _page += _pageBytes;
        _pageBytes = 0;
        while (true)
        {
            int found = _buffer.AsSpan(_page, _end - _page).IndexOf("OggS"u8);
            if (found < 0)
            {
                // The last bytes may be the beginning of a page.
                int kept = Math.Min(3, _end - _page);
                Skip(_end - _page - kept);
                if (!Has(kept + 1))
                {
                    Skip(kept);
                    return false;
                }

                continue;
            }

            Skip(found);
            if (IsPage())
            {
                return true;
            }

            Skip(1);
        }
    }

    private bool IsPage()
    {
        const int VersionOffset = 4;
        if (!Has(HeaderBytes) || _buffer[_page + VersionOffset] != 0)
        {
            return false;
        }

        int bytes = HeaderBytes + _buffer[_page + HeaderBytes - 1];
        if (!Has(bytes))
        {
            return false;
        }

        foreach (byte segment in Segments)
        {
            bytes += segment;
        }

        if (!Has(bytes) || OggChecksum.Compute(Field(0, bytes), ChecksumOffset) != BinaryPrimitives.ReadUInt32LittleEndian(Field(ChecksumOffset, 4)))
        {
            return false;
        }

        _pageBytes = bytes;
        return true;
    }

    /// <summary>Reads until so many bytes lie in the buffer; false at the end of the stream.</summary>
    private bool Has(int bytes)
    {
        if (_end - _page >= bytes || _streamEnded)
        {
            return _end - _page >= bytes;
        }

        _buffer.AsSpan(_page, _end - _page).CopyTo(_buffer);
        _end -= _page;
        _page = 0;
        while (_end < bytes && !_streamEnded)
        {
            // One read at a time: what a pipe has is decoded before it has more.
            int read = stream.Read(_buffer.AsSpan(_end));
            _streamEnded = read == 0;
            _end += read;
        }

        return _end >= bytes;
    }

    private void Skip(int bytes)
    {
        _page += bytes;
        SkippedBytes += bytes;
    }

    private ReadOnlySpan<byte> Field(int offset, int bytes) => _buffer.AsSpan(_page + offset, bytes);
}
