namespace AudioCodec.Audio.Flac;

/// <summary>The two cyclic redundancy checks of FLAC, most significant bit first, starting at 0. Source: RFC 9639, 9.1.8 and 9.3.</summary>
internal static class FlacChecksums
{
    private static readonly byte[] s_crc8 = Crc8Table();
    private static readonly ushort[] s_crc16 = Crc16Table();

    /// <summary>Polynomial x^8 + x^2 + x + 1, over a frame's header.</summary>
    public static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        byte crc = 0;
        foreach (byte value in bytes)
        {
            crc = s_crc8[crc ^ value];
        }

        return crc;
    }

    /// <summary>Polynomial x^16 + x^15 + x^2 + 1, over a whole frame, continued from <paramref name="crc"/>.</summary>
    public static ushort Crc16(ushort crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = (ushort)((crc << 8) ^ s_crc16[(crc >> 8) ^ value]);
        }

        return crc;
    }

    private static byte[] Crc8Table()
    {
        var table = new byte[256];
        for (int value = 0; value < 256; value++)
        {
            int crc = value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ ((crc & 0x80) != 0 ? 0x107 : 0);
            }

            table[value] = (byte)crc;
        }

        return table;
    }

    private static ushort[] Crc16Table()
    {
        var table = new ushort[256];
        for (int value = 0; value < 256; value++)
        {
            int crc = value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ ((crc & 0x8000) != 0 ? 0x18005 : 0);
            }

            table[value] = (ushort)crc;
        }

        return table;
    }
}
