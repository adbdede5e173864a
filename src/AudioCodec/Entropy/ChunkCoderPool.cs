using System.Collections.Concurrent;

namespace AudioCodec.Entropy;

/// <summary>Chunk coders of one entropy model, kept for reuse: each holds some megabytes of state.</summary>
/// <param name="model">The model.</param>
internal sealed class ChunkCoderPool(EntropyModel model)
{
    private readonly ConcurrentBag<EntropyChunkCoder> _idle = [];

    /// <summary>Rents a coder.</summary>
    public EntropyChunkCoder Rent() => _idle.TryTake(out EntropyChunkCoder? coder) ? coder : new EntropyChunkCoder(model);

    /// <summary>Returns a coder, which must not be used any more.</summary>
    public void Return(EntropyChunkCoder? coder)
    {
        if (coder is not null && _idle.Count < Environment.ProcessorCount)
        {
            _idle.Add(coder);
        }
    }
}
