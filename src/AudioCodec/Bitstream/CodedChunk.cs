namespace AudioCodec.Bitstream;

/// <summary>A chunk that an <see cref="IChunkCoder"/> decodes, at once or in steps.</summary>
/// <param name="bytes">The coded bytes.</param>
/// <param name="runs">Frames of each run; the model restarts at each.</param>
/// <param name="codes">[F, K] frame-major, receives the codes.</param>
internal sealed class CodedChunk(ReadOnlyMemory<byte> bytes, IReadOnlyList<int> runs, ushort[] codes)
{
    private volatile int _framesWanted = runs.Sum();

    /// <summary>The coded bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Frames of each run.</summary>
    public IReadOnlyList<int> Runs { get; } = runs;

    /// <summary>[F, K] frame-major codes.</summary>
    public ushort[] Codes { get; } = codes;

    /// <summary>Number of frames that <see cref="IChunkCoder.Decode"/> must decode; initially all. Lowered by another thread, it ends a decoding that nobody needs any more.</summary>
    public int FramesWanted
    {
        get => _framesWanted;
        set => _framesWanted = value;
    }

    /// <summary>Frames decoded so far; a later call continues here.</summary>
    public int FramesDone { get; set; }

    /// <summary>State of the coder between calls, for a chunk that is not completely decoded.</summary>
    public object? Progress { get; set; }

    /// <summary>The error of a chunk that cannot be decoded, or <see langword="null"/>.</summary>
    public BitstreamException? Error { get; set; }
}
