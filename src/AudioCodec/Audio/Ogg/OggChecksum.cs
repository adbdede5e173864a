using System.IO.Hashing;

namespace AudioCodec.Audio.Ogg;

/// <summary>CRC-32 of Ogg pages: polynomial 0x04C11DB7, not reflected, initial and final value zero.</summary>
internal static class OggChecksum
{
    private static readonly Crc32ParameterSet s_parameters = Crc32ParameterSet.Create(0x04C11DB7, 0, 0, reflectValues: false);

    /// <summary>The checksum of a page whose checksum field reads as zero.</summary>
    /// <param name="page">A whole page.</param>
    /// <param name="fieldOffset">Where its checksum of four bytes lies.</param>
    public static uint Compute(ReadOnlySpan<byte> page, int fieldOffset)
    {
        var crc = new Crc32(s_parameters);
        crc.Append(page[..fieldOffset]);
        crc.Append([0, 0, 0, 0]);
        crc.Append(page[(fieldOffset + 4)..]);
        return crc.GetCurrentHashAsUInt32();
    }
}
