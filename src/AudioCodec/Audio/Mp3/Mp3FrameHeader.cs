using NLayer;

namespace AudioCodec.Audio.Mp3;

/// <summary>The four bytes before each frame of MPEG audio, layer III. Source: ISO 11172-3, 2.4.1.3, and ISO 13818-3.</summary>
/// <param name="Version">MPEG-1, MPEG-2 (half the sample rates) or MPEG-2.5 (a quarter).</param>
/// <param name="BitrateIndex">1 to 14, or 0 for the free format, whose frames do not state their size.</param>
/// <param name="SampleRateIndex">0 to 2.</param>
/// <param name="Padded">Whether the frame has one byte more.</param>
/// <param name="HasCrc">Whether a checksum of two bytes follows.</param>
/// <param name="ChannelMode">Mono or a kind of stereo.</param>
/// <param name="ModeExtension">Kind of joint stereo.</param>
internal readonly record struct Mp3FrameHeader(
    MpegVersion Version, int BitrateIndex, int SampleRateIndex, bool Padded, bool HasCrc, MpegChannelMode ChannelMode, int ModeExtension)
{
    public const int Bytes = 4;

    /// <summary>Size of the largest frame: 160 kbps at 8 kHz, or 320 kbps at 32 kHz.</summary>
    public const int MostFrameBytes = 1441;

    private static readonly int[] s_kbps1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] s_kbps2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] s_sampleRates = [44100, 48000, 32000];

    public int SampleRateHz => s_sampleRates[SampleRateIndex] / (Version switch
    {
        MpegVersion.Version1 => 1,
        MpegVersion.Version2 => 2,
        _ => 4,
    });

    public int BitrateBps => 1000 * (Version == MpegVersion.Version1 ? s_kbps1 : s_kbps2)[BitrateIndex];

    public int Channels => ChannelMode == MpegChannelMode.Mono ? 1 : 2;

    /// <summary>Samples per channel.</summary>
    public int LengthSamples => Version == MpegVersion.Version1 ? 1152 : 576;

    /// <summary>Size of the whole frame with this header.</summary>
    public int FrameBytes => (LengthSamples / 8 * BitrateBps / SampleRateHz) + (Padded ? 1 : 0);

    /// <summary>Where the side information starts in the frame.</summary>
    public int SideInfoOffset => Bytes + (HasCrc ? 2 : 0);

    public int SideInfoBytes => (Version == MpegVersion.Version1, Channels) switch
    {
        (true, 2) => 32,
        (false, 1) => 9,
        _ => 17,
    };

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">At least four.</param>
    /// <param name="header">Receives it.</param>
    /// <returns>Whether the bytes are one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Mp3FrameHeader header)
    {
        int version = (bytes[1] >> 3) & 3;
        int layer = (bytes[1] >> 1) & 3;
        int bitrate = bytes[2] >> 4;
        int sampleRate = (bytes[2] >> 2) & 3;
        header = new Mp3FrameHeader(
            version switch { 3 => MpegVersion.Version1, 2 => MpegVersion.Version2, _ => MpegVersion.Version25 },
            bitrate,
            sampleRate,
            (bytes[2] & 2) != 0,
            (bytes[1] & 1) == 0,
            (MpegChannelMode)(bytes[3] >> 6),
            (bytes[3] >> 4) & 3);
        return bytes[0] == 0xFF && bytes[1] >= 0xE0 && version != 1 && layer == 1 && bitrate != 15 && sampleRate != 3;
    }

    /// <summary>Whether two frames can be of one stream.</summary>
    public bool IsLike(Mp3FrameHeader other) => (Version, SampleRateIndex) == (other.Version, other.SampleRateIndex);
}
