namespace AudioCodec.Bitstream;

/// <summary>Header of an <c>.ecdc</c> file: <see cref="EcdcV0Header"/> or <see cref="EcdcV1Header"/>.</summary>
internal abstract record EcdcHeader
{
    /// <summary>Longest audio accepted, samples per channel.</summary>
    public const long MaxLengthSamples = 1L << 53;

    /// <summary>Version of the format: 0 or 1.</summary>
    public abstract int Version { get; }

    /// <summary>Name of the codec that made the file.</summary>
    public abstract string ModelName { get; }

    /// <summary>Codebooks K in use.</summary>
    public required int Codebooks { get; init; }

    /// <summary>Whether codes are arithmetic-coded with a language model.</summary>
    public abstract bool IsEntropyCoded { get; }

    /// <summary>Bytes of the header as it was read, magic included; 0 for a header that was not read from a file.</summary>
    public int ByteCount { get; init; }

    /// <summary>Reads the header of a file of either version; the stream is then positioned behind it.</summary>
    /// <param name="stream">The file from its first byte; need not be seekable.</param>
    /// <exception cref="BitstreamException">Not an <c>.ecdc</c> file, of an unknown version, or with a damaged header.</exception>
    public static EcdcHeader Read(Stream stream) => EcdcMagic.ReadVersion(stream) == 0
        ? EcdcV0Header.ReadAfterVersion(stream)
        : EcdcV1Header.ReadAfterVersion(stream);
}
