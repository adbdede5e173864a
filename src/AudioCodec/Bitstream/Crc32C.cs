using System.IO.Hashing;
using System.Numerics;

namespace AudioCodec.Bitstream;

/// <summary>CRC-32C (Castagnoli, reflected, initial and final value all ones), as in iSCSI and ext4.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Crc32.HashToUInt32(Crc32ParameterSet.Crc32C, bytes);

    /// <summary>The checksum of a sequence of checksums, each as four little-endian bytes; <paramref name="previous"/> is that of the ones before, or 0.</summary>
    public static uint Chain(uint checksum, uint previous) => ~BitOperations.Crc32C(~previous, checksum);
}
