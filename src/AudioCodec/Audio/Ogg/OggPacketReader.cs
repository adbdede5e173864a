using System.Buffers;

namespace AudioCodec.Audio.Ogg;

/// <summary>The packets of one logical stream, page by page; pages of the streams beside it are passed over.</summary>
/// <remarks>The second packet, which holds tags and pictures of any size, is not kept.</remarks>
internal sealed class OggPacketReader
{
    private const int MostPacketBytes = 1 << 20;
    private const int MostTagBytes = 1 << 26;

    private readonly OggPageReader _pages;
    private readonly uint _serial;
    private readonly string _path;
    private readonly List<Range> _packets = [];
    private ArrayBufferWriter<byte> _open = new();
    private ArrayBufferWriter<byte> _closed = new();
    private int _openBytes;
    private bool _isOpen;
    private bool _firstIsClosed;
    private bool _othersBegin = true;
    private bool _ended;
    private uint _sequence;
    private long _packetsEnded;

    /// <summary>Starts at the page that begins the stream.</summary>
    /// <param name="pages">Positioned at that page.</param>
    /// <param name="path">Name for messages.</param>
    public OggPacketReader(OggPageReader pages, string path)
    {
        _pages = pages;
        _path = path;
        _serial = pages.Serial;
        _sequence = pages.Sequence;
        Cut();
    }

    /// <summary>Number of the logical stream.</summary>
    public uint Serial => _serial;

    /// <summary>Packets that end on this page.</summary>
    public int Count => _packets.Count;

    /// <summary>Position at the end of the page's last packet, in the codec's unit, or negative.</summary>
    public long Granule { get; private set; }

    /// <summary>Whether this page ends the stream.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Whether pages are missing in front of this one.</summary>
    public bool FollowsGap { get; private set; }

    /// <summary>How often pages were missing so far.</summary>
    public int Gaps { get; private set; }

    /// <summary>A packet of this page, valid until the next page.</summary>
    public ReadOnlySpan<byte> this[int index] =>
        index == 0 && _firstIsClosed ? _closed.WrittenSpan : _pages.Payload[_packets[index]];

    /// <summary>Goes on to the stream's next page on which a packet ends.</summary>
    /// <returns>False at the end of the file, and at the page that begins another stream behind this one.</returns>
    /// <exception cref="AudioFormatException">A packet is longer than any codec's.</exception>
    public bool NextPage()
    {
        FollowsGap = false;
        while (!_ended)
        {
            _ended = !_pages.Next() || (_pages.IsFirst && !_othersBegin);
            if (_ended)
            {
                break;
            }

            _othersBegin &= _pages.IsFirst;
            if (_pages.Serial != _serial || IsLast)
            {
                continue;
            }

            if (_pages.Sequence != ++_sequence)
            {
                _sequence = _pages.Sequence;
                _isOpen = false;
                FollowsGap = true;
                Gaps++;
            }

            Cut();
            if (Count > 0)
            {
                return true;
            }
        }

        _packets.Clear();
        return false;
    }

    /// <summary>Finds the ends of the page's packets, and keeps the beginning of the one that goes on behind it.</summary>
    private void Cut()
    {
        _packets.Clear();
        Granule = _pages.Granule;
        IsLast = _pages.IsLast;

        // Of a packet whose beginning is missing the rest is dropped, and so is a beginning whose rest is.
        bool drop = _pages.IsContinued && !_isOpen;
        _isOpen &= _pages.IsContinued;
        _firstIsClosed = _isOpen;

        ReadOnlySpan<byte> segments = _pages.Segments;
        int start = 0;
        int end = 0;
        foreach (byte segment in segments)
        {
            end += segment;
            if (segment < 255)
            {
                Close(start..end, drop);
                drop = false;
                start = end;
            }
        }

        if (segments is [.., 255] && !drop)
        {
            Keep(start..end);
        }
    }

    private void Close(Range part, bool drop)
    {
        if (drop)
        {
            return;
        }

        if (_isOpen)
        {
            Keep(part);
            (_open, _closed) = (_closed, _open);
            _isOpen = false;
        }

        _packets.Add(part);
        _packetsEnded++;
    }

    private void Keep(Range part)
    {
        if (!_isOpen)
        {
            _isOpen = true;
            _openBytes = 0;
            _open.ResetWrittenCount();
        }

        ReadOnlySpan<byte> bytes = _pages.Payload[part];
        bool isTags = _packetsEnded == 1;
        _openBytes += bytes.Length;
        if (_openBytes > (isTags ? MostTagBytes : MostPacketBytes))
        {
            throw new AudioFormatException(
                $"'{_path}' is a damaged Ogg file: a packet is longer than {(isTags ? MostTagBytes : MostPacketBytes)} bytes.", _path);
        }

        if (!isTags)
        {
            _open.Write(bytes);
        }
    }
}
