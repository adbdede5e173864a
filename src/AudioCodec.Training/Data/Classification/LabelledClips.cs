using System.Globalization;
using System.Text.RegularExpressions;
using AudioCodec.Audio;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data.Classification;

/// <summary>Finds the recordings of a data set that have a recipe's labels, and those that may stand behind them.</summary>
internal static class LabelledClips
{
    private static readonly TimeSpan s_patternLimit = TimeSpan.FromSeconds(1);

    /// <summary>Labelled recordings in the manifest's order, then backgrounds.</summary>
    /// <param name="clips">The files of a split.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="data">Folds and backgrounds.</param>
    /// <exception cref="ConfigException">A class has no recording, or a fold is out of range.</exception>
    public static IReadOnlyList<LabelledClip> Find(IReadOnlyList<AudioClip> clips, IReadOnlyList<string> labels, ClassifierDataSettings data)
    {
        var found = new List<LabelledClip>();
        var counts = new int[labels.Count];
        foreach (AudioClip clip in clips)
        {
            int type = Names(clip).Select(label => IndexOf(labels, label)).FirstOrDefault(index => index >= 0, LabelledClip.Background);
            if (type >= 0)
            {
                found.Add(new LabelledClip(clip, type, FoldOf(clip, counts[type]++, data)));
            }
        }

        string[] words = [.. labels.SelectMany(Words).Distinct(StringComparer.OrdinalIgnoreCase)];
        found.AddRange(clips
            .Where(clip => data.BackgroundProbability > 0 && clip.Kind == data.BackgroundKind && !Names(clip).SelectMany(Words).Any(word => words.Contains(word, StringComparer.OrdinalIgnoreCase)))
            .Select(clip => new LabelledClip(clip, LabelledClip.Background, 0)));
        return found;
    }

    /// <summary>What a recording is said to be: its labels, else its kind, which in a folder is the name of its subfolder.</summary>
    private static IReadOnlyList<string> Names(AudioClip clip) => clip.Labels.Count > 0 ? clip.Labels : [clip.Kind];

    private static int IndexOf(IReadOnlyList<string> labels, string label)
    {
        for (int i = 0; i < labels.Count; i++)
        {
            if (string.Equals(labels[i], label, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return LabelledClip.Background;
    }

    /// <summary>Words of a label: what shares one with a class, such as "rain light" with "rain", is no background for it.</summary>
    private static string[] Words(string label) => label.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int FoldOf(AudioClip clip, int indexInClass, ClassifierDataSettings data)
    {
        if (data.FoldPattern.Length == 0)
        {
            return (indexInClass % data.Folds) + 1;
        }

        Match match = Regex.Match(Path.GetFileName(clip.Path), data.FoldPattern, RegexOptions.None, s_patternLimit);
        if (!match.Success)
        {
            return 0;
        }

        return int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int fold) && fold >= 1
            ? fold
            : throw new ConfigException($"data.fold_pattern: its group is '{Messages.Quote(match.Groups[1].Value)}' in the name of {clip.Path}; a number from 1 is expected.", "data.fold_pattern");
    }
}
