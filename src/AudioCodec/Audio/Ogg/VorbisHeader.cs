using System.Buffers.Binary;

namespace AudioCodec.Audio.Ogg;

/// <summary>First packet of a Vorbis stream.</summary>
/// <remarks>Source: Vorbis I specification, section 4.2.2.</remarks>
/// <param name="Channels">1 to 255.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="ShortBlock">Samples of a short block, a power of two of 64 to 8192.</param>
/// <param name="LongBlock">Samples of a long block, not below the short one's.</param>
internal sealed record VorbisHeader(int Channels, int SampleRateHz, int ShortBlock, int LongBlock)
{
    private const int Bytes = 30;
    private const int MostChannels = 5;

    /// <summary>Reads the packet.</summary>
    /// <exception cref="AudioFormatException">It is damaged.</exception>
    /// <exception cref="UnsupportedAudioException">NVorbis decodes so many channels to noise.</exception>
    public static VorbisHeader Read(ReadOnlySpan<byte> packet, string path)
    {
        if (packet.Length < Bytes)
        {
            throw Damaged(path);
        }

        var header = new VorbisHeader(packet[11], BinaryPrimitives.ReadInt32LittleEndian(packet[12..]), 1 << (packet[28] & 15), 1 << (packet[28] >> 4));
        bool isValid = BinaryPrimitives.ReadInt32LittleEndian(packet[7..]) == 0 && header.Channels > 0 && header.SampleRateHz > 0
            && header.ShortBlock >= 64 && header.LongBlock >= header.ShortBlock && header.LongBlock <= 8192 && (packet[29] & 1) == 1;
        return !isValid ? throw Damaged(path)
            : header.Channels > MostChannels ? throw new UnsupportedAudioException($"Vorbis with {header.Channels} channels")
            : header;
    }

    private static AudioFormatException Damaged(string path) => new($"'{path}' is a damaged Vorbis file: its first packet is no valid header.", path);
}
