using AudioCodec.Audio;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data.Generation;

/// <summary>Draws what a recording is said to be.</summary>
/// <param name="settings">How captions are changed.</param>
internal sealed class CaptionChooser(CaptionSettings settings)
{
    /// <summary>The usual caption of a file: its first one, else its labels, else its kind; <see langword="null"/> where the manifest says nothing.</summary>
    public static string? Usual(AudioClip clip) =>
        clip.Captions.Count > 0 ? clip.Captions[0]
        : clip.Labels.Count > 0 ? OfLabels(clip)
        : clip.Kind.Length > 0 ? clip.Kind : null;

    /// <summary>A caption for one encoding of a file: any of the file's, or its labels, as written or processed.</summary>
    public string? Draw(TokenSequence sequence, SplitMix random)
    {
        string? caption = DrawOf(sequence.Clip, random);
        if (sequence.Second is { } second)
        {
            string? other = DrawOf(second, random);
            caption = caption is null || other is null ? caption ?? other : SoundMixing.Join(caption, other);
        }

        return caption is not null && random.NextDouble() < settings.ProcessProbability ? CaptionText.Process(caption, settings) : caption;
    }

    private string? DrawOf(AudioClip clip, SplitMix random)
    {
        bool labels = random.NextDouble() < settings.LabelProbability;
        long choice = random.NextInt64(Math.Max(1, clip.Captions.Count));
        return labels && clip.Labels.Count > 0 ? OfLabels(clip)
            : clip.Captions.Count > 0 ? clip.Captions[(int)choice]
            : Usual(clip);
    }

    /// <summary>Labels become a caption by joining them with blanks, as AudioGen's paper does.</summary>
    private static string OfLabels(AudioClip clip) => string.Join(' ', clip.Labels);
}
