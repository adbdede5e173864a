namespace AudioCodec.Training.Configuration;

/// <summary>The <c>initialization</c> section of a language model's recipe.</summary>
public sealed class LmInitializationSettings
{
    /// <summary>Whether fresh embeddings and heads are set from the codec's codewords instead of noise.</summary>
    public bool FromCodebooks { get; set; } = true;
}
