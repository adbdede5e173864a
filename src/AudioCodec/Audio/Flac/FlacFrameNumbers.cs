namespace AudioCodec.Audio.Flac;

/// <summary>Follows the numbers of frames, which count frames or samples, to find missing ones.</summary>
/// <remarks>
/// A bit of their headers should tell which, but encoders from before 2007 left it zero where blocks vary (RFC 9639, B.1), and
/// STREAMINFO's block sizes, which tell there, are not always stated truly. So two frames in a row show what is counted.
/// </remarks>
internal sealed class FlacFrameNumbers
{
    private bool _any;
    private bool _variableBlocks;
    private bool? _countsSamples;
    private long _nextFrame;
    private long _nextSample;

    /// <summary>The number that should come, for messages.</summary>
    public long Expected => _countsSamples ?? _variableBlocks ? _nextSample : _nextFrame;

    /// <summary>Takes the next frame's number.</summary>
    /// <returns>Whether it follows on those before; the first may be any.</returns>
    public bool TryFollow(FlacFrameHeader header)
    {
        if (_any && !Follows(header))
        {
            return false;
        }

        _any = true;
        _variableBlocks = header.VariableBlocks;
        _nextFrame = header.Number + 1;
        _nextSample = header.Number + header.BlockSamples;
        return true;
    }

    private bool Follows(FlacFrameHeader header)
    {
        bool frames = _countsSamples != true && header.Number == _nextFrame;
        bool samples = _countsSamples != false && header.Number == _nextSample;
        _countsSamples = frames == samples ? _countsSamples : samples;
        return (frames || samples) && header.VariableBlocks == _variableBlocks;
    }
}
