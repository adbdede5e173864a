namespace AudioCodec.Bitstream;

/// <summary>The first five bytes of every <c>.ecdc</c> file: <c>ECDC</c> and a version.</summary>
internal static class EcdcMagic
{
    /// <summary>Bytes of the magic with the version.</summary>
    public const int ByteCount = 5;

    /// <summary>The magic of a version-0 file, its version byte included.</summary>
    internal static ReadOnlySpan<byte> Bytes => "ECDC\0"u8;

    /// <summary>Reads the magic and returns the version; the stream is then positioned behind it.</summary>
    /// <exception cref="BitstreamException">The stream is not an <c>.ecdc</c> file, or its version is not 0 or 1.</exception>
    public static byte ReadVersion(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> bytes = stackalloc byte[ByteCount];
        int got = stream.ReadAtLeast(bytes, ByteCount, throwOnEndOfStream: false);
        if (got < ByteCount || !bytes[..4].SequenceEqual(Bytes[..4]))
        {
            string found = got == 0 ? "is empty" : $"starts with bytes {Convert.ToHexString(bytes[..got])}";
            throw new BitstreamException(
                $"The file {found}; an .ecdc file starts with 45434443 (\"ECDC\") and a version byte. It is not an .ecdc file.", 0, "magic");
        }

        if (bytes[4] > 1)
        {
            throw new BitstreamException(
                $"The file is .ecdc version {bytes[4]}; versions 0 and 1 can be read. A newer release may read it.", 4, "version");
        }

        return bytes[4];
    }
}
