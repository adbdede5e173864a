namespace AudioCodec.Audio.Flac;

/// <summary>The header of one frame. Source: RFC 9639, 9.1.</summary>
/// <param name="VariableBlocks">Whether <paramref name="Number"/> counts samples rather than frames.</param>
/// <param name="BlockSamples">Samples per channel in the frame.</param>
/// <param name="SampleRateHz">0 where it is that of STREAMINFO.</param>
/// <param name="ChannelMode">0 to 7: one to eight independent channels; 8 to 10: stereo with a difference channel.</param>
/// <param name="BitsPerSample">0 where it is that of STREAMINFO.</param>
/// <param name="Number">Index of the frame or of its first sample.</param>
internal readonly record struct FlacFrameHeader(
    bool VariableBlocks, int BlockSamples, int SampleRateHz, int ChannelMode, int BitsPerSample, long Number)
{
    public const int LeftSide = 8;
    public const int SideRight = 9;
    public const int MidSide = 10;

    private static readonly int[] s_sampleRates =
        [0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000];

    private static readonly int[] s_bitsPerSample = [0, 8, 12, -1, 16, 20, 24, 32];

    public int Channels => ChannelMode < LeftSide ? ChannelMode + 1 : 2;

    /// <summary>Reads a header, from a byte boundary.</summary>
    /// <returns><see langword="false"/> if the bytes are not a frame header, or its checksum is wrong.</returns>
    public static bool TryRead(FlacBitReader bits, out FlacFrameHeader header)
    {
        header = default;
        long start = bits.ByteOffset;
        if (bits.Read(15) != 0x7FFC)
        {
            return false;
        }

        bool variable = bits.Read(1) == 1;
        int blockCode = (int)bits.Read(4);
        int rateCode = (int)bits.Read(4);
        int channelMode = (int)bits.Read(4);
        int sizeCode = (int)bits.Read(3);
        bool reserved = bits.Read(1) == 1;
        if (blockCode == 0 || rateCode == 15 || channelMode > MidSide || s_bitsPerSample[sizeCode] < 0 || reserved
            || !TryReadNumber(bits, out long number))
        {
            return false;
        }

        int blockSamples = blockCode switch
        {
            1 => 192,
            <= 5 => 576 << (blockCode - 2),
            6 => (int)bits.Read(8) + 1,
            7 => (int)bits.Read(16) + 1,
            _ => 256 << (blockCode - 8),
        };
        int sampleRateHz = rateCode switch
        {
            12 => (int)bits.Read(8) * 1000,
            13 => (int)bits.Read(16),
            14 => (int)bits.Read(16) * 10,
            _ => s_sampleRates[rateCode],
        };
        int length = (int)(bits.ByteOffset - start);
        byte expected = FlacChecksums.Crc8(bits.Last(length));
        header = new FlacFrameHeader(variable, blockSamples, sampleRateHz, channelMode, s_bitsPerSample[sizeCode], number);
        return bits.Read(8) == expected && (rateCode < 12 || sampleRateHz > 0);
    }

    /// <summary>A number of up to 36 bits, coded as UTF-8 would code it.</summary>
    private static bool TryReadNumber(FlacBitReader bits, out long number)
    {
        uint first = (uint)bits.Read(8);
        int ones = System.Numerics.BitOperations.LeadingZeroCount(~(first << 24));
        number = first & (0xFFu >> Math.Min(ones + 1, 8));
        if (ones is 1 or > 7)
        {
            return false;
        }

        for (int i = 1; i < ones; i++)
        {
            uint next = (uint)bits.Read(8);
            if (next >> 6 != 2)
            {
                return false;
            }

            number = (number << 6) | (next & 0x3F);
        }

        return true;
    }
}
