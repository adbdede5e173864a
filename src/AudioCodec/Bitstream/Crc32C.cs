using System.Buffers.Binary;
using System.Numerics;

namespace AudioCodec.Bitstream;

/// <summary>CRC-32C (Castagnoli, reflected, initial and final value all ones), as in iSCSI and ext4.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of some bytes; <paramref name="previous"/> is the checksum of those before, or 0.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint previous = 0)
    {
        uint crc = ~previous;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>The checksum of a row of checksums, each as four little-endian bytes; <paramref name="previous"/> is that of the ones before.</summary>
    public static uint Chain(uint checksum, uint previous)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, checksum);
        return Compute(bytes, previous);
    }
}
