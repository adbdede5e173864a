using System.Buffers.Binary;

namespace AudioCodec.Audio.Ogg;

/// <summary>First packet of an Opus stream.</summary>
/// <remarks>Source: RFC 7845, section 5.1.</remarks>
/// <param name="Channels">1 to 8.</param>
/// <param name="PreSkipSamples">Samples per channel at 48 kHz that come before the recording.</param>
/// <param name="Gain">Factor of the output.</param>
/// <param name="Streams">Opus streams per packet.</param>
/// <param name="CoupledStreams">How many of them, the first ones, are stereo.</param>
/// <param name="Mapping">For each channel its place among those of the streams; 255 is silence.</param>
internal sealed record OpusHeader(int Channels, int PreSkipSamples, float Gain, int Streams, int CoupledStreams, byte[] Mapping)
{
    private const int FixedBytes = 19;

    /// <summary>Reads the packet.</summary>
    /// <exception cref="AudioFormatException">It is damaged.</exception>
    /// <exception cref="UnsupportedAudioException">It is of a later version, or its channels are no speakers.</exception>
    public static OpusHeader Read(ReadOnlySpan<byte> packet, string path)
    {
        if (packet.Length < FixedBytes || packet[9] == 0)
        {
            throw Damaged(path);
        }

        int channels = packet[9];
        int family = packet[18];
        if (packet[8] > 15 || family > 1)
        {
            throw new UnsupportedAudioException(packet[8] > 15 ? $"Opus of version {packet[8]}" : $"Opus with {channels} channels of mapping family {family}");
        }

        if (family == 1 && packet.Length < FixedBytes + 2 + channels)
        {
            throw Damaged(path);
        }

        ReadOnlySpan<byte> mapping = family == 0 ? [0, 1] : packet.Slice(FixedBytes + 2, channels);
        int streams = family == 0 ? 1 : packet[FixedBytes];
        int coupled = family == 0 ? channels - 1 : packet[FixedBytes + 1];
        if (channels > (family == 0 ? 2 : 8) || streams is 0 or > 8 || coupled > streams || HasAbove(mapping[..channels], streams + coupled))
        {
            throw Damaged(path);
        }

        float gainDb = BinaryPrimitives.ReadInt16LittleEndian(packet[16..]) / 256f;
        return new OpusHeader(channels, BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]), MathF.Pow(10, gainDb / 20), streams, coupled, mapping[..channels].ToArray());
    }

    private static bool HasAbove(ReadOnlySpan<byte> mapping, int count)
    {
        foreach (byte place in mapping)
        {
            if (place >= count && place != 255)
            {
                return true;
            }
        }

        return false;
    }

    private static AudioFormatException Damaged(string path) => new($"'{path}' is a damaged Opus file: its first packet is no valid header.", path);
}
