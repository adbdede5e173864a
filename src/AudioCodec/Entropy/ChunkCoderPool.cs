using System.Collections.Concurrent;
using AudioCodec.Bitstream;

namespace AudioCodec.Entropy;

/// <summary>Codes chunks on any number of threads: each call takes an <see cref="EntropyChunkCoder"/>, whose scratch memory is kept for others.</summary>
/// <param name="model">The model.</param>
internal sealed class ChunkCoderPool(EntropyModel model) : IChunkCoder
{
    private readonly ConcurrentBag<EntropyChunkCoder> _idle = [];

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Fingerprint { get; } = model.Fingerprint.ToBytes();

    /// <inheritdoc/>
    public int ParallelChunks => EntropyChunkCoder.DefaultParallelChunks;

    /// <inheritdoc/>
    public bool Supports(int codebooks, int bitsPerCode) => model.Supports(codebooks, bitsPerCode);

    /// <inheritdoc/>
    public bool TryEncode(ReadOnlySpan<ushort> codes, int codebooks, ReadOnlySpan<int> runs, Span<long> bits, out ReadOnlySpan<byte> bytes)
    {
        EntropyChunkCoder coder = Rent();
        bool coded = coder.TryEncode(codes, codebooks, runs, bits, out bytes);
        bytes = bytes.ToArray(); // The coder's own memory serves others from now on.
        Return(coder);
        return coded;
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<CodedChunk> chunks, int codebooks)
    {
        EntropyChunkCoder coder = Rent();
        coder.Decode(chunks, codebooks);
        Return(coder);
    }

    private EntropyChunkCoder Rent() => _idle.TryTake(out EntropyChunkCoder? coder) ? coder : new EntropyChunkCoder(model);

    private void Return(EntropyChunkCoder coder)
    {
        if (_idle.Count < Environment.ProcessorCount)
        {
            _idle.Add(coder);
        }
    }
}
