using System.Buffers.Binary;

namespace AudioCodec.Audio.Mp3;

/// <summary>The frame without sound that encoders put first: Xing or Info with LAME's part for playing without gaps, or VBRI.</summary>
/// <param name="Frames">Frames behind it, or <see langword="null"/> where it does not say.</param>
/// <param name="StartSamples">Samples to drop at the start: the encoder's delay and that of the decoder.</param>
/// <param name="EndSamples">Samples to drop of the frames at their end.</param>
internal sealed record Mp3Tag(long? Frames, int StartSamples, int EndSamples)
{
    /// <summary>Samples by which a decoder's filters are late.</summary>
    private const int DecoderDelaySamples = 529;

    private const int VbriOffset = 36;
    private const int TocBytes = 100;

    /// <summary>Where LAME keeps delay and padding, from the start of its name.</summary>
    private const int DelayOffset = 21;

    /// <summary>Reads the tag.</summary>
    /// <returns>The tag, or <see langword="null"/> where the frame holds sound.</returns>
    public static Mp3Tag? Read(Mp3FrameHeader header, ReadOnlySpan<byte> frame)
    {
        // Some encoders count the checksum's two bytes here and some do not.
        int offset = Mp3FrameHeader.Bytes + header.SideInfoBytes;
        return ReadXing(From(frame, offset)) ?? (header.HasCrc ? ReadXing(From(frame, offset + 2)) : null) ?? ReadVbri(From(frame, VbriOffset));
    }

    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> bytes, int offset) => offset < bytes.Length ? bytes[offset..] : default;

    private static Mp3Tag? ReadXing(ReadOnlySpan<byte> tag)
    {
        if (tag.Length < 8 || !(tag.StartsWith("Xing"u8) || tag.StartsWith("Info"u8)))
        {
            return null;
        }

        // What is there is told by four flags: frames, bytes, table of contents, quality.
        uint flags = BinaryPrimitives.ReadUInt32BigEndian(tag[4..]);
        bool hasFrames = (flags & 1) != 0 && tag.Length >= 12;
        long frames = hasFrames ? BinaryPrimitives.ReadUInt32BigEndian(tag[8..]) : 0;
        int lame = 8 + ((flags & 1) != 0 ? 4 : 0) + ((flags & 2) != 0 ? 4 : 0) + ((flags & 4) != 0 ? TocBytes : 0) + ((flags & 8) != 0 ? 4 : 0);
        ReadOnlySpan<byte> encoder = From(tag, lame);
        var plain = new Mp3Tag(frames == 0 ? null : frames, 0, 0);
        if (encoder.Length < DelayOffset + 3 || !(encoder.StartsWith("LAME"u8) || encoder.StartsWith("Lavf"u8) || encoder.StartsWith("Lavc"u8)))
        {
            return plain;
        }

        ReadOnlySpan<byte> field = encoder[DelayOffset..];
        int delay = (field[0] << 4) | (field[1] >> 4);
        int padding = ((field[1] & 0xF) << 8) | field[2];
        return plain with { StartSamples = delay + DecoderDelaySamples, EndSamples = Math.Max(0, padding - DecoderDelaySamples) };
    }

    private static Mp3Tag? ReadVbri(ReadOnlySpan<byte> tag)
    {
        if (tag.Length < 18 || !tag.StartsWith("VBRI"u8))
        {
            return null;
        }

        long frames = BinaryPrimitives.ReadUInt32BigEndian(tag[14..]);
        return new Mp3Tag(frames == 0 ? null : frames, 0, 0);
    }
}
