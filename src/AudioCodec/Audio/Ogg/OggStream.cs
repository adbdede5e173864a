namespace AudioCodec.Audio.Ogg;

/// <summary>One logical stream of an Ogg file, its length exact to the sample.</summary>
internal sealed class OggStream : IDisposable
{
    private readonly OggPacketReader _packets;
    private readonly OggDecoder _decoder;
    private readonly string _path;
    private readonly List<int> _durations = [];
    private readonly float[] _block;
    private int _blockStart;
    private int _blockEnd;
    private int _packet;
    private long _skip;
    private long _left = long.MaxValue;
    private long? _offset;
    private long _position;

    /// <summary>Starts behind the headers.</summary>
    /// <param name="packets">Positioned at the last packet of the headers, which ends its page.</param>
    /// <param name="decoder">Decodes the rest.</param>
    /// <param name="path">Name for messages.</param>
    public OggStream(OggPacketReader packets, OggDecoder decoder, string path)
    {
        _packets = packets;
        _decoder = decoder;
        _path = path;
        _block = new float[decoder.MostSamples * decoder.Channels];
        _skip = decoder.PreSkipSamples;
        BeginPage();
    }

    /// <summary>Samples per second and channel.</summary>
    public int SampleRateHz => _decoder.SampleRateHz;

    /// <summary>Channels of the output, in the order of WAV.</summary>
    public int Channels => _decoder.Channels;

    /// <summary>Samples per channel, where they were stated.</summary>
    public long? LengthSamples { get; private set; }

    /// <summary>Number of the logical stream.</summary>
    public uint Serial => _packets.Serial;

    /// <summary>How often pages were missing so far.</summary>
    public int Gaps => _packets.Gaps;

    /// <summary>Whether the page that ends the stream was read.</summary>
    public bool IsComplete => _packets.IsLast;

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    /// <summary>Works out the length, before anything is read.</summary>
    /// <param name="granule">The position at which the stream ends.</param>
    public void StateLength(long granule)
    {
        // The only page was trimmed by itself.
        long end = IsComplete ? Math.Min(_left, _position) : granule - (_offset ?? 0);
        LengthSamples = Math.Max(0, end - _skip);
    }

    /// <summary>Reads up to <c>destination.Length / Channels</c> samples per channel.</summary>
    /// <param name="destination">[T, C] interleaved.</param>
    /// <returns>Samples per channel; 0 only at the end.</returns>
    /// <exception cref="AudioFormatException">The stream is damaged.</exception>
    public int Read(Span<float> destination)
    {
        int wanted = destination.Length / Channels;
        while (wanted > 0 && _blockStart == _blockEnd)
        {
            if (!DecodePacket())
            {
                return 0;
            }
        }

        int samples = Math.Min(wanted, _blockEnd - _blockStart);
        _block.AsSpan(_blockStart * Channels, samples * Channels).CopyTo(destination);
        _blockStart += samples;
        return samples;
    }

    private bool DecodePacket()
    {
        if (_packet == _durations.Count && !BeginPage())
        {
            return false;
        }

        int samples = _durations[_packet];
        if (samples >= 0)
        {
            _decoder.Decode(_packets[_packet], _block.AsSpan(0, samples * Channels));
            _blockStart = (int)Math.Min(_skip, samples);
            _skip -= _blockStart;
            _blockEnd = (int)Math.Clamp(_left, _blockStart, samples);
            _left -= samples;
        }

        _packet++;
        return true;
    }

    /// <summary>Goes on to the next page, and finds out which of its samples are to be given.</summary>
    private bool BeginPage()
    {
        _durations.Clear();
        _packet = 0;
        if (!_packets.NextPage())
        {
            return false;
        }

        long samples = 0;
        for (int i = 0; i < _packets.Count; i++)
        {
            _durations.Add(_decoder.Duration(_packets[i]));
            samples += Math.Max(_durations[i], 0);
        }

        Place(samples);
        _position += samples;
        return true;
    }

    /// <summary>Compares the page's position with the samples that came: the first page may drop some of them at its start, the last one at its end.</summary>
    /// <param name="samples">Samples of the page.</param>
    private void Place(long samples)
    {
        long offset = _packets.Granule - (_position + samples);
        if (_packets.Granule < 0 || Math.Abs(offset) > long.MaxValue / 2)
        {
            return;
        }

        if (_packets.IsLast)
        {
            // Behind a gap nothing says where the page begins.
            long surplus = _packets.FollowsGap ? 0 : (_offset ?? 0) - offset;
            _left = surplus > 0 ? Math.Max(0, samples - surplus) : long.MaxValue;
            return;
        }

        if (_offset is null && offset < 0 && _decoder.TrimsStart)
        {
            _skip += -offset;
        }

        _offset = offset;
    }
}
