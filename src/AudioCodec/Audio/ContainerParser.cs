using AudioCodec.Files;

namespace AudioCodec.Audio;

/// <summary>Reads the header of a file with uncompressed samples piece by piece; what is missing or impossible is one typed error.</summary>
/// <param name="stream">Positioned at the first byte; need not be seekable.</param>
/// <param name="path">Name for messages.</param>
/// <param name="kind">Name of the format, for messages.</param>
internal sealed class ContainerParser(Stream stream, string path, string kind)
{
    /// <summary>Limit for files of zeros, which parse as an endless row of empty chunks.</summary>
    public const int MaxChunks = 4096;

    /// <summary>Bytes before the samples beyond which a file is refused.</summary>
    public const long MaxLeadingBytes = 1L << 30;

    private const int MaxChannels = 1024;

    private readonly byte[] _scratch = new byte[64];

    /// <summary>Bytes read or passed over.</summary>
    public long Position { get; private set; }

    /// <summary>The next bytes, valid up to the next call.</summary>
    /// <param name="count">1 to 64.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <exception cref="AudioFormatException">The file ends before.</exception>
    public ReadOnlySpan<byte> Take(int count, string what)
    {
        int read = stream.ReadAtLeast(_scratch.AsSpan(0, count), count, throwOnEndOfStream: false);
        Position += read;
        return read == count ? _scratch.AsSpan(0, count) : throw Damaged($"it ends at byte {Position}, within or before {what}");
    }

    /// <summary>Passes over bytes.</summary>
    /// <exception cref="AudioFormatException">They are too many to stand before samples, or the file ends before.</exception>
    public void Skip(long count)
    {
        if (count is < 0 or > MaxLeadingBytes || Position + count > 2 * MaxLeadingBytes)
        {
            throw Damaged($"a chunk of {count} bytes at byte {Position} stands before the samples");
        }

        Position += count;
        if (!stream.TrySkip(count))
        {
            throw Damaged($"it ends within the chunk before byte {Position}");
        }
    }

    /// <summary>Checks the number of channels and the sample rate that a header states.</summary>
    /// <exception cref="AudioFormatException">They cannot be read.</exception>
    public void Require(long channels, double sampleRateHz)
    {
        if (channels is < 1 or > MaxChannels)
        {
            throw Damaged($"it states {channels} channels, 1 to {MaxChannels} can be read");
        }

        if (!(sampleRateHz >= 1 && sampleRateHz <= SampleRates.MaxHz))
        {
            throw Damaged(string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"it states a sample rate of {sampleRateHz} Hz, 1 to {SampleRates.MaxHz} can be read"));
        }
    }

    /// <summary>The error of this file.</summary>
    public AudioFormatException Damaged(string reason) => new($"'{path}' is not a readable {kind} file: {reason}.", path);
}
