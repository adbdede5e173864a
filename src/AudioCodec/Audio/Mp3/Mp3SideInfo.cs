using NLayer;

namespace AudioCodec.Audio.Mp3;

/// <summary>What a frame says of its main data, as far as it has to be right before the data can be decoded.</summary>
internal static class Mp3SideInfo
{
    /// <summary>Pairs of values that a granule of 576 can hold.</summary>
    private const int MostPairs = 288;

    /// <summary>How many bytes before the frame its main data begin.</summary>
    public static int MainDataBegin(Mp3FrameHeader header, ReadOnlySpan<byte> sideInfo) =>
        header.Version == MpegVersion.Version1 ? (sideInfo[0] << 1) | (sideInfo[1] >> 7) : sideInfo[0];

    /// <summary>Whether all granules fit into the main data, and their tables and block types exist.</summary>
    /// <param name="header">The frame's header.</param>
    /// <param name="sideInfo">The frame's side information.</param>
    /// <param name="mainDataBytes">Bytes from the beginning of its main data to the end of the frame.</param>
    public static bool IsSound(Mp3FrameHeader header, ReadOnlySpan<byte> sideInfo, int mainDataBytes)
    {
        bool first = header.Version == MpegVersion.Version1;
        int at = (first, header.Channels) switch
        {
            (true, 1) => 9 + 5 + 4,
            (true, _) => 9 + 3 + 8,
            (false, 1) => 8 + 1,
            _ => 8 + 2,
        };
        int bitsLeft = 8 * mainDataBytes;
        for (int granule = 0; granule < (first ? 2 : 1) * header.Channels; granule++)
        {
            bitsLeft -= Bits(sideInfo, ref at, 12);
            int pairs = Bits(sideInfo, ref at, 9);
            at += 8 + (first ? 4 : 9);
            bool sound = Bits(sideInfo, ref at, 1) == 1 ? HasWindow(sideInfo, ref at) : HasTables(sideInfo, ref at, 3);
            at += first ? 3 : 2;
            if (bitsLeft < 0 || pairs > MostPairs || !sound)
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasWindow(ReadOnlySpan<byte> sideInfo, ref int at)
    {
        int blockType = Bits(sideInfo, ref at, 2);
        at++;
        bool tables = HasTables(sideInfo, ref at, 2);
        at += 2; // Three gains of three bits take the place of a table and the regions' seven bits.
        return tables && blockType != 0;
    }

    /// <summary>Reads the Huffman tables of the regions; there are no tables 4 and 14. Seven more bits are passed over.</summary>
    private static bool HasTables(ReadOnlySpan<byte> sideInfo, ref int at, int count)
    {
        bool exist = true;
        for (int region = 0; region < count; region++)
        {
            exist &= Bits(sideInfo, ref at, 5) is not (4 or 14);
        }

        at += 7;
        return exist;
    }

    private static int Bits(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        int value = 0;
        for (int end = at + count; at < end; at++)
        {
            value = (value << 1) | ((bytes[at >> 3] >> (7 - (at & 7))) & 1);
        }

        return value;
    }
}
