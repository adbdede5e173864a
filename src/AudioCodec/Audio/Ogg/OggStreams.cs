namespace AudioCodec.Audio.Ogg;

/// <summary>Finds the audio among the logical streams that begin side by side.</summary>
internal static class OggStreams
{
    /// <summary>Opens the first audio stream.</summary>
    /// <param name="pages">Positioned at the first page of the first stream.</param>
    /// <param name="path">Name for messages.</param>
    /// <exception cref="AudioFormatException">Its headers are damaged, or missing.</exception>
    /// <exception cref="UnsupportedAudioException">It is not decoded here.</exception>
    public static OggStream OpenFirst(OggPageReader pages, string path)
    {
        if (!pages.IsFirst)
        {
            throw new AudioFormatException($"'{path}' is an Ogg file whose beginning is missing, so that it cannot be decoded.", path);
        }

        do
        {
            switch (Codec(pages.Payload))
            {
                case null:
                    continue;
                case "Opus":
                    return OpenOpus(new OggPacketReader(pages, path), path);
                case "Vorbis":
                    return OpenVorbis(new OggPacketReader(pages, path), path);
                case string other:
                    throw new UnsupportedAudioException(other);
            }
        }
        while (pages.Next() && pages.IsFirst);

        throw new UnsupportedAudioException("Ogg without audio of a known kind");
    }

    /// <summary>The audio codec of a stream's first packet; pictures, texts and indexes have none.</summary>
    private static string? Codec(ReadOnlySpan<byte> packet) => packet switch
    {
        _ when packet.StartsWith("OpusHead"u8) => "Opus",
        _ when packet.StartsWith("\u0001vorbis"u8) => "Vorbis",
        _ when packet.StartsWith("\u007FFLAC"u8) => "FLAC in Ogg",
        _ when packet.StartsWith("Speex   "u8) => "Speex",
        _ when packet.StartsWith("CELT    "u8) => "CELT",
        _ when packet.StartsWith("PCM     "u8) => "PCM in Ogg",
        _ when packet.StartsWith("\u0001audio"u8) => "OGM",
        _ => null,
    };

    private static OggStream OpenOpus(OggPacketReader packets, string path)
    {
        RequireHeader(packets.Count > 0, path);
        OpusHeader header = OpusHeader.Read(packets[0], path);

        // The tags are on pages of their own.
        RequireHeader(packets.NextPage() && !packets.FollowsGap, path);
        return new OggStream(packets, new OpusStreamDecoder(header, path), path);
    }

    private static OggStream OpenVorbis(OggPacketReader packets, string path)
    {
        RequireHeader(packets.Count > 0, path);
        byte[] first = packets[0].ToArray();
        VorbisHeader header = VorbisHeader.Read(first, path);

        // The tags, then the setup, which ends its page.
        RequireHeader(packets.NextPage() && !packets.FollowsGap, path);
        int setup = 1;
        if (packets.Count == 1)
        {
            RequireHeader(packets.NextPage() && !packets.FollowsGap, path);
            setup = 0;
        }

        return new OggStream(packets, new VorbisStreamDecoder(header, first, packets[setup], path), path);
    }

    private static void RequireHeader(bool isThere, string path)
    {
        if (!isThere)
        {
            throw new AudioFormatException($"'{path}' is an Ogg file whose headers are damaged or missing, so that it cannot be decoded.", path);
        }
    }
}
