using NLayer;

namespace AudioCodec.Audio.Mp3;

/// <summary>Decodes frames one after the other; what cannot be decoded becomes silence of the same length.</summary>
/// <remarks>
/// The bit reservoir, from which a frame takes the unused bytes of those before it, is kept and checked here: NLayer's own would be led
/// astray by damaged frames.
/// </remarks>
internal sealed class Mp3Decoder
{
    private const int MostKeptBytes = Mp3Frame.MostMainDataBytes - Mp3FrameHeader.MostFrameBytes;

    private readonly MpegFrameDecoder _decoder = new();
    private readonly Mp3Frame _frame = new();
    private readonly byte[] _mainData = new byte[Mp3Frame.MostMainDataBytes];
    private int _keptBytes;
    private int _sampleRateHz;

    /// <summary>Frames that were replaced by silence.</summary>
    public long SilencedFrames { get; private set; }

    /// <summary>Decodes a frame.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="frame">The whole frame.</param>
    /// <param name="samples">[T, C] interleaved, T and C of the header.</param>
    public void Decode(Mp3FrameHeader header, ReadOnlySpan<byte> frame, Span<float> samples)
    {
        if (header.SampleRateHz != _sampleRateHz)
        {
            // Silence before the first frame is not heard.
            _sampleRateHz = header.SampleRateHz;
            TryDecode(header, default, default, samples);
            ShortBandWindows.Complete(_decoder, _sampleRateHz);
        }

        int ownOffset = header.SideInfoOffset + header.SideInfoBytes;
        if (frame.Length < ownOffset)
        {
            Silence(header, samples);
            return;
        }

        ReadOnlySpan<byte> sideInfo = frame[header.SideInfoOffset..ownOffset];
        ReadOnlySpan<byte> own = frame[ownOffset..];
        own.CopyTo(_mainData.AsSpan(_keptBytes));
        int available = _keptBytes + own.Length;
        int begin = Mp3SideInfo.MainDataBegin(header, sideInfo);
        ReadOnlySpan<byte> mainData = _mainData.AsSpan(Math.Max(0, _keptBytes - begin)..available);
        if (begin > _keptBytes || !Mp3SideInfo.IsSound(header, sideInfo, mainData.Length) || !TryDecode(header, sideInfo, mainData, samples))
        {
            Silence(header, samples);
        }

        int kept = Math.Min(available, MostKeptBytes);
        _mainData.AsSpan(available - kept, kept).CopyTo(_mainData);
        _keptBytes = kept;
    }

    private void Silence(Mp3FrameHeader header, Span<float> samples)
    {
        SilencedFrames++;
        if (!TryDecode(header, default, default, samples))
        {
            samples.Clear();
        }
    }

    private bool TryDecode(Mp3FrameHeader header, ReadOnlySpan<byte> sideInfo, ReadOnlySpan<byte> mainData, Span<float> samples)
    {
        try
        {
            _frame.Set(header, sideInfo, mainData);
            return _decoder.DecodeFrame(_frame, samples) == samples.Length;
        }
        catch (Exception exception) when (exception is IndexOutOfRangeException or ArgumentException or InvalidDataException or NullReferenceException)
        {
            // The codes of a damaged frame lead out of its data or of NLayer's tables.
            _decoder.Reset();
            return false;
        }
    }
}
