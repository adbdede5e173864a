using System.IO.Hashing;
using System.Numerics;

namespace AudioCodec.Bitstream;

/// <summary>CRC-32C (Castagnoli, reflected, initial and final value all ones), as in iSCSI and ext4.</summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;

    /// <summary>x^(8 * 2^k) modulo the polynomial, the highest bit of a word being x^0.</summary>
    private static readonly uint[] s_powers = Powers();

    /// <summary>The checksum of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Crc32.HashToUInt32(Crc32ParameterSet.Crc32C, bytes);

    /// <summary>The checksum of a sequence of checksums, each as four little-endian bytes; <paramref name="previous"/> is that of the ones before, or 0.</summary>
    public static uint Chain(uint checksum, uint previous) => ~BitOperations.Crc32C(~previous, checksum);

    /// <summary>What a register becomes over a number of zero bytes, in as many steps as the number has bits.</summary>
    public static uint Shift(uint register, long bytes)
    {
        for (int k = 0; bytes > 0; k++, bytes >>= 1)
        {
            register = (bytes & 1) != 0 ? Multiply(s_powers[k], register) : register;
        }

        return register;
    }

    /// <summary>The product of two polynomials modulo that of the checksum.</summary>
    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            product ^= (a & 0x80000000) != 0 ? b : 0;
            b = (b >> 1) ^ ((b & 1) != 0 ? Polynomial : 0);
        }

        return product;
    }

    private static uint[] Powers()
    {
        var powers = new uint[64];
        powers[0] = 0x80000000 >> 8;
        for (int k = 1; k < powers.Length; k++)
        {
            powers[k] = Multiply(powers[k - 1], powers[k - 1]);
        }

        return powers;
    }
}
