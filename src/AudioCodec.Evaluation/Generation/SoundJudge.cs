using AudioCodec.Audio;
using AudioCodec.Classification;

namespace AudioCodec.Evaluation.Generation;

/// <summary>A <see cref="SoundClassifier"/> as classifier and embedding of an evaluation.</summary>
public sealed class SoundJudge(SoundClassifier classifier) : IAudioClassifier, IAudioEmbedding
{
    /// <inheritdoc cref="IAudioClassifier.Name"/>
    public string Name => classifier.Config.Name;

    /// <inheritdoc cref="IAudioClassifier.SampleRateHz"/>
    public int SampleRateHz => classifier.Config.SampleRateHz;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => classifier.Config.Labels;

    /// <inheritdoc/>
    public int Dimensions => classifier.EmbeddingSize;

    /// <inheritdoc/>
    public float[] Classify(AudioBuffer audio) => classifier.Classify(audio).Probabilities;

    /// <inheritdoc/>
    public IReadOnlyList<float[]> Embed(AudioBuffer audio) => classifier.Classify(audio).Embeddings;
}
