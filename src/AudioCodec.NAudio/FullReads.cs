using AudioCodec.Audio;

namespace AudioCodec.NAudio;

/// <summary>Reads as NAudio's players expect: they play silence for what a read leaves of the buffer, so only the last may be short.</summary>
internal static class FullReads
{
    /// <summary>Fills a buffer as far as whole samples of all channels go.</summary>
    /// <returns>Values read.</returns>
    /// <exception cref="ArgumentException">The buffer does not hold one sample of all channels.</exception>
    public static int Fill(this AudioSource source, Span<float> buffer)
    {
        int channels = source.Channels;
        if (buffer.Length < channels && buffer.Length > 0)
        {
            // Giving nothing would say that the audio has ended.
            throw new ArgumentException($"A buffer of {buffer.Length} values does not hold one sample of {channels} channels.", nameof(buffer));
        }

        buffer = buffer[..(buffer.Length / channels * channels)];
        int values = 0;
        while (values < buffer.Length)
        {
            int read = source.Read(buffer[values..]);
            if (read == 0)
            {
                break;
            }

            values += read * channels;
        }

        return values;
    }
}
