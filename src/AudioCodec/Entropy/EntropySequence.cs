namespace AudioCodec.Entropy;

/// <summary>State of one sequence: its attention caches and its step.</summary>
internal sealed class EntropySequence
{
    private readonly EntropyModel _model;

    /// <param name="model">The weights.</param>
    /// <param name="maxSteps">Most steps of the sequence, which limit the size of the caches.</param>
    public EntropySequence(EntropyModel model, int maxSteps)
    {
        EntropyModelConfig config = model.Config;
        _model = model;
        MaxSteps = maxSteps;
        int slots = (int)Math.Min((long)maxSteps + 1, MaxSlots(config));
        Caches = [.. Enumerable.Range(0, config.Layers)
            .Select(_ => new AttentionCache(config.Heads, config.Dimension / config.Heads, config.Window, slots))];
        Restart();
    }

    /// <summary>Most steps of the sequence.</summary>
    public int MaxSteps { get; }

    /// <summary>One cache per layer.</summary>
    public AttentionCache[] Caches { get; }

    /// <summary>Steps taken.</summary>
    public int Step { get; set; }

    /// <summary>Capacity of each cache in positions.</summary>
    public static int MaxSlots(EntropyModelConfig config) => config.Window + 1 + (2 * EntropyState.MaxRows);

    /// <summary>Returns to the state before step 0.</summary>
    public void Restart()
    {
        Step = 0;
        int width = _model.Config.Dimension;
        for (int layer = 0; layer < Caches.Length; layer++)
        {
            // The raw zero input before step 0: its key and value are the projection's biases.
            float[] bias = _model.Layers[layer].AttentionIn.Bias;
            Caches[layer].Clear();
            Caches[layer].Append(bias.AsSpan(width, width), bias.AsSpan(2 * width, width));
        }
    }
}
