namespace AudioCodec.Classification;

/// <summary>What a classifier heard in a recording.</summary>
/// <param name="Probabilities">One for each of the classifier's labels; their sum is 1.</param>
/// <param name="Embeddings">For each window the layers before the classes, one network after the other: descriptions of the sound for distances between sets of sounds.</param>
public sealed record SoundClassification(float[] Probabilities, IReadOnlyList<float[]> Embeddings);
