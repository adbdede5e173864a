using AudioCodec.Audio;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Describes sounds by vectors, so that sets of sounds can be compared.</summary>
public interface IAudioEmbedding
{
    /// <summary>Name in reports.</summary>
    string Name { get; }

    /// <summary>Sample rate of the audio that it takes.</summary>
    int SampleRateHz { get; }

    /// <summary>Numbers of a vector D.</summary>
    int Dimensions { get; }

    /// <summary>One vector, or one for each window of a longer recording: [D] each.</summary>
    /// <param name="audio">Mono, at <see cref="SampleRateHz"/>.</param>
    IReadOnlyList<float[]> Embed(AudioBuffer audio);
}
