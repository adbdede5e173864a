using AudioCodec.Audio;

namespace AudioCodec.Training.Data.Classification;

/// <summary>A recording with what a classifier is to say of it.</summary>
/// <param name="Clip">The file.</param>
/// <param name="Class">Index of its label, or <see cref="Background"/>.</param>
/// <param name="Fold">Its fold, from 1; 0 where it belongs to none.</param>
internal sealed record LabelledClip(AudioClip Clip, int Class, int Fold)
{
    /// <summary>The class of recordings that have no label.</summary>
    public const int Background = -1;
}
