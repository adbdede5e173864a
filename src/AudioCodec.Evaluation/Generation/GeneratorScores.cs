using System.Text.Json.Serialization;

namespace AudioCodec.Evaluation.Generation;

/// <summary>A row of the table: a set of sounds and what was measured on it.</summary>
/// <param name="Name">Name of the row.</param>
/// <param name="Seconds">Mean length of a sound.</param>
/// <param name="Agreement">Sounds that the classifier hears as their label.</param>
/// <param name="ByLabel">The same for each label that occurs.</param>
/// <param name="Confusion">For each label that was asked for, how many sounds the classifier took for each of its labels.</param>
/// <param name="Divergence">Mean KL divergence of the classifier's probabilities from those of a real recording of the same label, nats; NaN without recordings.</param>
/// <param name="Frechet">Fréchet audio distance to the recordings, or <see langword="null"/> without them and for themselves.</param>
/// <param name="Nearest">Distance of each sound to the nearest training recording (see <see cref="NearestClip"/>), or none.</param>
public sealed record GeneratorScores(
    string Name,
    double Seconds,
    Proportion Agreement,
    IReadOnlyDictionary<string, Proportion> ByLabel,
    IReadOnlyDictionary<string, int[]> Confusion,
    double Divergence,
    FrechetExtrapolation? Frechet,
    IReadOnlyList<NearestClip> Nearest)
{
    /// <summary>Half of the sounds are nearer to a training recording; NaN where that is not measured.</summary>
    public double MedianNearest => NearestClip.Quantile(Nearest, 0.5);
}

/// <summary>The training recording that a sound is most like in its course of loudness.</summary>
/// <param name="Sample">Name of the sound.</param>
/// <param name="Clip">Path of the recording.</param>
/// <param name="Distance">1 less the correlation at the best shift: 0 for a piece of the same recording, 1 for nothing in common.</param>
public sealed record NearestClip(string Sample, string Clip, double Distance)
{
    /// <summary>A quantile of distances; NaN for none.</summary>
    internal static double Quantile(IReadOnlyCollection<NearestClip> clips, double share) =>
        clips.Count == 0 ? double.NaN : clips.Select(clip => clip.Distance).Order().ElementAt((int)(share * (clips.Count - 1)));
}

/// <summary>Outcome of an evaluation of a generator.</summary>
/// <param name="Judge">Name of the classifier.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Rows">Sets of sounds: the generated ones, then recordings through the codec, then recordings.</param>
/// <param name="CommonCount">Vectors of the smallest set, for which distances are compared; 0 without recordings.</param>
/// <param name="Floor">Distance between random halves of the recordings, mean of several; NaN without them.</param>
/// <param name="FloorCount">Vectors of a half.</param>
/// <param name="NearDistance">One in twenty recordings, cut to the length of the first set's sounds, is as near to a training recording as this; NaN where that is not measured.</param>
/// <param name="Examples">The first sound of each label in the first set.</param>
/// <param name="Notes">What could not be measured and why.</param>
public sealed record GeneratorEvaluationResult(
    string Judge,
    IReadOnlyList<string> Labels,
    IReadOnlyList<GeneratorScores> Rows,
    int CommonCount,
    double Floor,
    int FloorCount,
    double NearDistance,
    [property: JsonIgnore] IReadOnlyList<JudgedSound> Examples,
    IReadOnlyList<string> Notes);

/// <summary>A sound and what the classifier heard in it.</summary>
/// <param name="Sample">The sound.</param>
/// <param name="HeardAs">Its most probable class.</param>
/// <param name="Probability">The probability of that class.</param>
public sealed record JudgedSound(SoundSample Sample, string HeardAs, double Probability);
