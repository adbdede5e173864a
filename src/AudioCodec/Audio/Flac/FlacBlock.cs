using System.Buffers.Binary;

namespace AudioCodec.Audio.Flac;

/// <summary>Decodes one frame from its subframes into samples. Exact.</summary>
/// <param name="channels">1 to 8.</param>
/// <param name="bitsPerSample">4 to 32.</param>
internal sealed class FlacBlock(int channels, int bitsPerSample)
{
    private readonly long[][] _rows = [.. Enumerable.Repeat(Array.Empty<long>(), channels)];
    private byte[] _packed = [];

    /// <summary>Samples per channel.</summary>
    public int LengthSamples { get; private set; }

    /// <summary>The samples of one channel, [T].</summary>
    public ReadOnlySpan<long> Channel(int channel) => _rows[channel].AsSpan(0, LengthSamples);

    /// <summary>Drops the samples.</summary>
    public void Clear() => LengthSamples = 0;

    /// <summary>Reads the frame behind its header, to the end of its checksum.</summary>
    /// <returns>The fault of the frame, or <see langword="null"/>.</returns>
    /// <exception cref="AudioFormatException">The stream ends within the frame.</exception>
    public string? Read(FlacBitReader bits, FlacFrameHeader header)
    {
        int sideChannel = header.ChannelMode switch
        {
            FlacFrameHeader.LeftSide or FlacFrameHeader.MidSide => 1,
            FlacFrameHeader.SideRight => 0,
            _ => -1,
        };
        for (int channel = 0; channel < channels; channel++)
        {
            if (_rows[channel].Length < header.BlockSamples)
            {
                _rows[channel] = new long[header.BlockSamples];
            }

            int sampleBits = bitsPerSample + (channel == sideChannel ? 1 : 0);
            string? fault = FlacSubframe.Read(bits, sampleBits, _rows[channel].AsSpan(0, header.BlockSamples));
            bits.ThrowIfPastEnd();
            if (fault is not null)
            {
                return fault;
            }
        }

        bool zeroPadding = bits.TryAlign();
        ushort crc = bits.CrcSinceMark();
        bool intact = bits.Read(16) == crc && zeroPadding;
        bits.ThrowIfPastEnd();
        if (!intact)
        {
            return "the frame's checksum is wrong";
        }

        LengthSamples = header.BlockSamples;
        Decorrelate(header.ChannelMode);
        return IsWithinRange() ? null : $"a sample does not fit into {bitsPerSample} bits";
    }

    /// <summary>Interleaved little-endian samples of whole bytes, over which the MD5 of the stream is computed.</summary>
    public ReadOnlySpan<byte> Pack()
    {
        int width = (bitsPerSample + 7) / 8;
        int bytes = LengthSamples * channels * width;
        if (_packed.Length < bytes)
        {
            _packed = new byte[bytes];
        }

        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<long> row = Channel(channel);
            for (int t = 0; t < row.Length; t++)
            {
                Span<byte> target = _packed.AsSpan(((t * channels) + channel) * width);
                switch (width)
                {
                    case 1:
                        target[0] = unchecked((byte)row[t]);
                        break;
                    case 2:
                        BinaryPrimitives.WriteInt16LittleEndian(target, unchecked((short)row[t]));
                        break;
                    case 3:
                        BinaryPrimitives.WriteInt16LittleEndian(target, unchecked((short)row[t]));
                        target[2] = unchecked((byte)(row[t] >> 16));
                        break;
                    default:
                        BinaryPrimitives.WriteInt32LittleEndian(target, unchecked((int)row[t]));
                        break;
                }
            }
        }

        return _packed.AsSpan(0, bytes);
    }

    private void Decorrelate(int channelMode)
    {
        if (channelMode < FlacFrameHeader.LeftSide)
        {
            return;
        }

        Span<long> first = _rows[0].AsSpan(0, LengthSamples);
        Span<long> second = _rows[1].AsSpan(0, LengthSamples);
        for (int t = 0; t < first.Length; t++)
        {
            switch (channelMode)
            {
                case FlacFrameHeader.LeftSide:
                    second[t] = first[t] - second[t];
                    break;
                case FlacFrameHeader.SideRight:
                    first[t] += second[t];
                    break;
                default:
                    // The lowest bit of the mid channel, which is not stored, equals that of the side channel.
                    long sum = (first[t] << 1) | (second[t] & 1);
                    (first[t], second[t]) = ((sum + second[t]) >> 1, (sum - second[t]) >> 1);
                    break;
            }
        }
    }

    private bool IsWithinRange()
    {
        ulong half = 1UL << (bitsPerSample - 1);
        bool outside = false;
        for (int channel = 0; channel < channels; channel++)
        {
            foreach (long value in Channel(channel))
            {
                outside |= unchecked((ulong)value + half) >= 2 * half;
            }
        }

        return !outside;
    }
}
