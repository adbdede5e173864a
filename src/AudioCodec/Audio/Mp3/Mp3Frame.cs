using NLayer;

namespace AudioCodec.Audio.Mp3;

/// <summary>A frame as NLayer takes it, rebuilt so that it needs no bytes of the frames before it.</summary>
internal sealed class Mp3Frame : IMpegFrame
{
    /// <summary>Zero bytes behind the main data, so that the last code can be looked up.</summary>
    private const int Slack = 4;

    private readonly byte[] _content = new byte[64 + MostMainDataBytes + Slack];
    private Mp3FrameHeader _header;
    private int _contentBytes;
    private int _bit;

    /// <summary>Bytes of main data that a frame can have: its own, and 511 of those before it.</summary>
    public const int MostMainDataBytes = Mp3FrameHeader.MostFrameBytes + 511;

    /// <inheritdoc/>
    public int SampleRate => _header.SampleRateHz;

    /// <inheritdoc/>
    public int SampleRateIndex => _header.SampleRateIndex;

    /// <inheritdoc/>
    public int FrameLength => Mp3FrameHeader.Bytes + _contentBytes;

    /// <inheritdoc/>
    public int BitRate => _header.BitrateBps;

    /// <inheritdoc/>
    public MpegVersion Version => _header.Version;

    /// <inheritdoc/>
    public MpegLayer Layer => MpegLayer.LayerIII;

    /// <inheritdoc/>
    public MpegChannelMode ChannelMode => _header.ChannelMode;

    /// <inheritdoc/>
    public int ChannelModeExtension => _header.ModeExtension;

    /// <inheritdoc/>
    public int SampleCount => _header.LengthSamples;

    /// <inheritdoc/>
    public int BitRateIndex => _header.BitrateIndex;

    /// <inheritdoc/>
    public bool IsCopyrighted => false;

    /// <inheritdoc/>
    public bool HasCrc => false;

    /// <inheritdoc/>
    public bool IsCorrupted => false;

    /// <summary>Sets the frame.</summary>
    /// <param name="header">The header; the checksum is dropped.</param>
    /// <param name="sideInfo">The side information, or empty for silence.</param>
    /// <param name="mainData">The main data from their beginning on.</param>
    public void Set(Mp3FrameHeader header, ReadOnlySpan<byte> sideInfo, ReadOnlySpan<byte> mainData)
    {
        _header = header;
        _contentBytes = header.SideInfoBytes + mainData.Length + Slack;
        Span<byte> content = _content.AsSpan(0, _contentBytes);
        content.Clear();
        sideInfo.CopyTo(content);
        mainData.CopyTo(content[header.SideInfoBytes..]);

        // The main data begin in this frame.
        content[0] = 0;
        content[1] &= header.Version == MpegVersion.Version1 ? (byte)0x7F : (byte)0xFF;
        Reset();
    }

    /// <inheritdoc/>
    public void Reset() => _bit = 0;

    /// <inheritdoc/>
    public int ReadBits(int bitCount)
    {
        if (bitCount == 8 && (_bit & 7) == 0)
        {
            // All of the main data.
            _bit += 8;
            return _content[(_bit >> 3) - 1];
        }

        int value = 0;
        for (int end = _bit + bitCount; _bit < end; _bit++)
        {
            value = (value << 1) | ((_content[_bit >> 3] >> (7 - (_bit & 7))) & 1);
        }

        return value;
    }
}
