namespace AudioCodec.Bitstream;

/// <summary>Codes chunks of a version-1 file with a language model.</summary>
/// <remarks>The container knows no models: the coder computes the tables. An implementation says whether several threads may use it at once.</remarks>
internal interface IChunkCoder
{
    /// <summary>Fingerprint of the model's weights: 8 bytes or more, of which the first 8 are stored in a file.</summary>
    ReadOnlyMemory<byte> Fingerprint { get; }

    /// <summary>Chunks that <see cref="Decode"/> decodes together with one reading of the weights; 1 or more.</summary>
    int ParallelChunks { get; }

    /// <summary>Whether the model predicts this number of codebooks of this number of bits.</summary>
    bool Supports(int codebooks, int bitsPerCode);

    /// <summary>Encodes a chunk.</summary>
    /// <param name="codes">[F, K] frame-major.</param>
    /// <param name="codebooks">Codebooks K.</param>
    /// <param name="runs">Frames of each run in the chunk; the model restarts at each. Their sum is F.</param>
    /// <param name="bits">[K] receives, added, the bits spent on each codebook.</param>
    /// <param name="bytes">The coded chunk, valid until the next call.</param>
    /// <returns>False where the chunk cannot be coded (about once in 2^37 codes); it is then stored bit-packed.</returns>
    bool TryEncode(ReadOnlySpan<ushort> codes, int codebooks, ReadOnlySpan<int> runs, Span<long> bits, out ReadOnlySpan<byte> bytes);

    /// <summary>Decodes chunks of one file; at most <see cref="ParallelChunks"/>.</summary>
    /// <param name="chunks">The chunks; each receives its codes up to <see cref="CodedChunk.FramesWanted"/>, or its error.</param>
    /// <param name="codebooks">Codebooks K.</param>
    void Decode(ReadOnlySpan<CodedChunk> chunks, int codebooks);
}
