using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>How much is computed together where latency does not matter.</summary>
internal static class BulkCoding
{
    /// <summary>
    /// Frames of a chunk. Layers at the frame rate read their weights, up to 12 MB each, once per chunk; activations of the others grow with it, and are computed in tiles
    /// (<see cref="Seanet.SeanetState"/>). 144 instead of 48 frames decode 1.15 times as fast on an Intel Xeon with 2 MB of second-level cache.
    /// </summary>
    public const int Frames = 144;

    /// <summary>Frames of each chunk when so many are at hand: equal shares, so that no short one reads all weights at the end. Half as many again as <see cref="Frames"/> at most.</summary>
    /// <param name="available">Frames in all.</param>
    public static int ChunkFrames(long available) => WorkShare.EqualLength(available, Frames);
}
