using NVorbis;
using NVorbis.Contracts;

namespace AudioCodec.Audio.Ogg;

/// <summary>Vorbis, decoded by NVorbis packet by packet.</summary>
/// <remarks>
/// A packet completes the samples from the middle of the block before it to the middle of its own. NVorbis gives also those that need no other block,
/// and of the first block none: so it gets the first block twice, and is asked for no more than are complete.
/// </remarks>
internal sealed class VorbisStreamDecoder : OggDecoder
{
    private readonly VorbisHeader _header;
    private readonly string _path;
    private readonly bool[] _isLong;
    private readonly int _modeBits;
    private readonly PacketQueue _queue = new();
    private readonly StreamDecoder _decoder;
    private readonly float[] _scratch;
    private int _previousBlock;
    private int _surplus;

    /// <summary>Prepares decoding.</summary>
    /// <param name="header">The first packet.</param>
    /// <param name="first">Its bytes.</param>
    /// <param name="setup">The third packet.</param>
    /// <param name="path">Name for messages.</param>
    /// <exception cref="AudioFormatException">The setup is damaged.</exception>
    /// <exception cref="UnsupportedAudioException">The stream is of a kind that NVorbis does not decode.</exception>
    public VorbisStreamDecoder(VorbisHeader header, ReadOnlySpan<byte> first, ReadOnlySpan<byte> setup, string path)
    {
        _header = header;
        _path = path;
        _scratch = new float[header.LongBlock * header.Channels];
        try
        {
            var packet = new VorbisPacket();
            packet.Set(setup);
            _isLong = VorbisSetup.ReadModes(packet, header.Channels);
            _modeBits = 32 - int.LeadingZeroCount(_isLong.Length - 1);

            // Tags are not needed, and would be read into memory whatever they claim.
            _queue.Add(first);
            _queue.Add([.. "\u0003vorbis"u8, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
            _queue.Add(setup);
            _decoder = new StreamDecoder(_queue) { ClipSamples = false };
        }
        catch (Exception exception) when (exception is not (UnsupportedAudioException or OutOfMemoryException))
        {
            throw Damaged(exception);
        }
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _header.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _header.Channels;

    /// <inheritdoc/>
    public override int PreSkipSamples => 0;

    /// <inheritdoc/>
    public override bool TrimsStart => true;

    /// <inheritdoc/>
    public override int MostSamples => _header.LongBlock / 2;

    /// <inheritdoc/>
    public override int Duration(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty || (packet[0] & 1) != 0 || Mode(packet) >= _isLong.Length)
        {
            return -1;
        }

        int block = Block(packet);
        int samples = _previousBlock == 0 ? 0 : (_previousBlock + block) / 4;
        _previousBlock = block;
        return samples;
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> packet, Span<float> destination)
    {
        try
        {
            _queue.Add(packet);
            if (destination.IsEmpty)
            {
                // The first packet.
                _queue.Add(packet);
                _surplus = SurplusOfFirst(packet);
                return;
            }

            Read(_scratch.AsSpan(0, _surplus * Channels));
            _surplus = 0;
            Read(destination);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw Damaged(exception);
        }

        Reorder(destination);
    }

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();

    private void Read(Span<float> destination)
    {
        if (_decoder.Read(destination, 0, destination.Length) != destination.Length)
        {
            throw new InvalidDataException("a packet gives fewer samples than it states");
        }
    }

    private int Mode(ReadOnlySpan<byte> packet) => (packet[0] >> 1) & ((1 << _modeBits) - 1);

    private int Block(ReadOnlySpan<byte> packet) => _isLong[Mode(packet)] ? _header.LongBlock : _header.ShortBlock;

    /// <summary>Samples that NVorbis gives of the first block, repeated, before its middle.</summary>
    private int SurplusOfFirst(ReadOnlySpan<byte> packet)
    {
        int block = Block(packet);
        int flag = _modeBits + 1;
        bool followsLong = block == _header.LongBlock && flag / 8 < packet.Length && ((packet[flag / 8] >> (flag % 8)) & 1) != 0;
        return (block + (followsLong ? _header.LongBlock : _header.ShortBlock)) / 4;
    }

    private void Reorder(Span<float> samples)
    {
        ReadOnlySpan<byte> order = OggChannels.Order(Channels);
        if (Channels is 3 or 5)
        {
            Span<float> moment = stackalloc float[order.Length];
            for (; samples.Length > 0; samples = samples[order.Length..])
            {
                samples[..order.Length].CopyTo(moment);
                for (int channel = 0; channel < order.Length; channel++)
                {
                    samples[channel] = moment[order[channel]];
                }
            }
        }
    }

    private AudioFormatException Damaged(Exception exception) =>
        new($"'{_path}' is a damaged Vorbis file: {(exception is InvalidDataException ? exception.Message : "it cannot be decoded")}.", _path, exception);

    /// <summary>Hands packets to NVorbis one by one, and keeps the few that it has not asked for.</summary>
    private sealed class PacketQueue : NVorbis.Contracts.IPacketProvider
    {
        private readonly Queue<VorbisPacket> _waiting = new();
        private readonly Queue<VorbisPacket> _used = new();

        public bool CanSeek => false;

        public int StreamSerial => 0;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            VorbisPacket packet = _used.TryDequeue(out VorbisPacket? used) ? used : new VorbisPacket();
            packet.Set(bytes);
            _waiting.Enqueue(packet);
        }

        public IPacket GetNextPacket()
        {
            VorbisPacket packet = _waiting.Count > 0 ? _waiting.Dequeue() : throw new InvalidDataException("a packet gives fewer samples than it states");
            _used.Enqueue(packet);
            return packet;
        }

        public IPacket PeekNextPacket() => _waiting.Peek();

        public long SeekTo(long granulePos, int preRoll, GetPacketGranuleCount getPacketGranuleCount) => throw new NotSupportedException();

        public long GetGranuleCount() => throw new NotSupportedException();
    }
}
