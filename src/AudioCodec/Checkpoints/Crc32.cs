namespace AudioCodec.Checkpoints;

/// <summary>The CRC-32 of zip archives (reflected polynomial 0xEDB88320), eight bytes per step.</summary>
internal static class Crc32
{
    private static readonly uint[][] s_tables = BuildTables();

    /// <summary>Continues a checksum; start with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        uint[][] t = s_tables;
        while (bytes.Length >= 8)
        {
            crc = t[7][(byte)(crc ^ bytes[0])] ^ t[6][(byte)((crc >> 8) ^ bytes[1])]
                ^ t[5][(byte)((crc >> 16) ^ bytes[2])] ^ t[4][(byte)((crc >> 24) ^ bytes[3])]
                ^ t[3][bytes[4]] ^ t[2][bytes[5]] ^ t[1][bytes[6]] ^ t[0][bytes[7]];
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            crc = (crc >> 8) ^ t[0][(byte)(crc ^ b)];
        }

        return ~crc;
    }

    /// <summary>Table k advances a byte's contribution by k further bytes of zeros.</summary>
    private static uint[][] BuildTables()
    {
        var tables = new uint[8][];
        for (int k = 0; k < tables.Length; k++)
        {
            tables[k] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint value = k == 0 ? i : tables[k - 1][i];
                for (int bit = 0; bit < 8; bit++)
                {
                    value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
                }

                tables[k][i] = value;
            }
        }

        return tables;
    }
}
