namespace AudioCodec.Bitstream;

/// <summary>A chunk on its way through an <see cref="IChunkCoder"/>.</summary>
/// <param name="bytes">The coded bytes.</param>
/// <param name="runs">Frames of each run; the model restarts at each.</param>
/// <param name="codes">[F, K] frame-major, receives the codes.</param>
internal sealed class CodedChunk(ReadOnlyMemory<byte> bytes, IReadOnlyList<int> runs, ushort[] codes)
{
    /// <summary>The coded bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Frames of each run.</summary>
    public IReadOnlyList<int> Runs { get; } = runs;

    /// <summary>[F, K] frame-major codes.</summary>
    public ushort[] Codes { get; } = codes;

    /// <summary>Frames that <see cref="IChunkCoder.Decode"/> is to decode up to; all at first.</summary>
    public int FramesWanted { get; set; } = runs.Sum();

    /// <summary>Frames decoded; a later call goes on from here.</summary>
    public int FramesDone { get; set; }

    /// <summary>What the coder keeps between calls for a chunk that is not decoded to its end.</summary>
    public object? Progress { get; set; }

    /// <summary>Why the chunk does not decode, or <see langword="null"/>.</summary>
    public BitstreamException? Error { get; set; }
}
