using System.Collections.Concurrent;

namespace AudioCodec.Entropy;

/// <summary>Chunk coders of one entropy model, kept for the next file: each holds some megabytes of state.</summary>
/// <param name="model">The model.</param>
internal sealed class ChunkCoderPool(EntropyModel model)
{
    private readonly ConcurrentBag<EntropyChunkCoder> _idle = [];

    /// <summary>Takes a coder; one that is not given back is made anew next time.</summary>
    public EntropyChunkCoder Rent() => _idle.TryTake(out EntropyChunkCoder? coder) ? coder : new EntropyChunkCoder(model);

    /// <summary>Gives a coder back; nobody may use it any more.</summary>
    public void Return(EntropyChunkCoder? coder)
    {
        if (coder is not null && _idle.Count < Environment.ProcessorCount)
        {
            _idle.Add(coder);
        }
    }
}
