namespace AudioCodec.Audio.Ogg;

/// <summary>The order of speakers in Vorbis and Opus, which is not that of WAV.</summary>
internal static class OggChannels
{
    private static readonly byte[][] s_orders =
    [
        [0], [0, 1], [0, 2, 1], [0, 1, 2, 3], [0, 2, 1, 3, 4], [0, 2, 1, 5, 3, 4], [0, 2, 1, 6, 5, 3, 4], [0, 2, 1, 7, 5, 6, 3, 4],
    ];

    /// <summary>For each channel of WAV its number in Vorbis and Opus.</summary>
    /// <param name="channels">1 to 8.</param>
    public static ReadOnlySpan<byte> Order(int channels) => s_orders[channels - 1];
}
