using AudioCodec.Audio;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Says which of some classes a sound belongs to.</summary>
public interface IAudioClassifier
{
    /// <summary>Name in reports.</summary>
    string Name { get; }

    /// <summary>Sample rate of the audio that it takes.</summary>
    int SampleRateHz { get; }

    /// <summary>The classes.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Probability of each class, in the order of <see cref="Labels"/>.</summary>
    /// <param name="audio">Mono, at <see cref="SampleRateHz"/>.</param>
    float[] Classify(AudioBuffer audio);
}
