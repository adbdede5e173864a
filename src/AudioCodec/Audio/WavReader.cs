namespace AudioCodec.Audio;

/// <summary>Reads WAV files and pipes: PCM of 8 to 32 bits, float of 32 and 64, WAVE_FORMAT_EXTENSIBLE, RF64, Wave64.</summary>
/// <remarks>Source: RFC 2361, EBU Tech 3306.</remarks>
internal sealed class WavReader : PcmContainerReader
{
    /// <summary>Reads the header.</summary>
    /// <param name="stream">Positioned at the first byte; need not be seekable.</param>
    /// <param name="path">Name for messages, <c>-</c> for a pipe.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader.</param>
    /// <exception cref="AudioFormatException">The header is damaged, or the samples are compressed.</exception>
    public WavReader(Stream stream, string path = "-", bool leaveOpen = false)
        : this(stream, WavHeader.Read(stream, path), path, leaveOpen)
    {
    }

    internal WavReader(Stream stream, WavHeader header, string path, bool leaveOpen)
        : base(stream, Layout(header, path), path, leaveOpen)
    {
    }

    private static PcmLayout Layout(WavHeader header, string path) => new(
        header.Encoding ?? throw new AudioFormatException(
            $"'{path}' holds WAV samples of kind 0x{header.FormatTag:X4} with {header.BitsPerSample} bits; PCM of 8, 16, 24 or 32 bits "
            + "and float of 32 or 64 can be read. Convert the file, for example with ffmpeg.",
            path),
        BigEndian: false,
        header.Channels,
        header.SampleRateHz,
        header.DataBytes,
        header.MayEndEarly);
}
