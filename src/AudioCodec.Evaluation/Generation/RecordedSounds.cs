using AudioCodec.Audio;
using AudioCodec.Codecs;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Sets of sounds from files: recordings of a data set, and the output of a generator.</summary>
public static class RecordedSounds
{
    /// <summary>Name of the file in a folder of samples that says what they are.</summary>
    public const string ListName = "samples.jsonl";

    /// <summary>The first of some labels that a recording has, or <see langword="null"/>.</summary>
    public static string? LabelOf(AudioClip clip, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(clip);
        return clip.Labels.Select(own => labels.FirstOrDefault(label => string.Equals(label, own, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(label => label is not null);
    }

    /// <summary>Recordings that have one of some labels.</summary>
    /// <param name="name">Name of the set.</param>
    /// <param name="clips">The recordings; those without such a label are left out.</param>
    /// <param name="labels">The labels.</param>
    public static SoundSet Of(string name, IEnumerable<AudioClip> clips, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(clips);
        (AudioClip Clip, string Label)[] labelled = [.. clips.Select(clip => (clip, LabelOf(clip, labels) ?? "")).Where(pair => pair.Item2.Length > 0)];
        return new SoundSet(
            name, labelled.Length, labelled.Select(pair => new SoundSample(pair.Clip.Path, pair.Clip.Captions is [string caption, ..] ? caption : "", pair.Label, Read(pair.Clip.Path))));
    }

    /// <summary>The sounds of a set after a codec, under their own names.</summary>
    /// <param name="set">The set.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="kbps">Its bandwidth. The greedy search is used, as for the tokens that generators learn.</param>
    /// <param name="threads">Threads to use.</param>
    public static SoundSet Through(SoundSet set, Codec codec, double kbps, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(codec);
        AudioBuffer Resynthesize(SoundSample sample)
        {
            AudioBuffer audio = AudioFile.ReadAll(AudioFile.Convert(new AudioBufferSource(sample.Audio), codec.Info.SampleRateHz, codec.Info.Channels), sample.Name);
            return codec.Engine.Decode(codec.Engine.Encode(audio, kbps, threads, searchWidth: 1), threads);
        }

        return new SoundSet(
            $"{set.Name}, {codec.Info.Name} at {kbps} kbit/s", set.Count, set.Samples.Select(sample => sample with { Audio = Resynthesize(sample) }));
    }

    /// <summary>The sounds in a folder.</summary>
    /// <param name="folder">
    /// Audio files with a <see cref="ListName"/> that has a line for each, such as <c>{"path": "1.wav", "prompt": "a dog barks", "label": "dog"}</c>;
    /// without it the name of the folder that a file lies in is its label.
    /// </param>
    /// <param name="name">Name of the set.</param>
    /// <param name="unreadable">Receives the path of a subfolder that cannot be read, which is passed over; <see langword="null"/> to fail there.</param>
    /// <exception cref="ConfigException">There is no such folder, no audio in it, or a file without label.</exception>
    public static SoundSet FromFolder(string folder, string name, Action<string>? unreadable = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new ConfigException($"'{folder}' is no folder; give one with audio and a {ListName}.", folder);
        }

        string list = Path.Combine(folder, ListName);
        LabelledPrompt[] prompts = [.. File.Exists(list) ? PromptList.Read(list) : ByFolder(folder, unreadable)];
        if (prompts.Length == 0)
        {
            throw new ConfigException($"'{folder}' holds no audio file.", folder);
        }

        return Array.Find(prompts, prompt => prompt.Path is null) is { } without
            ? throw new ConfigException($"{list}: the line of '{Messages.Quote(without.Prompt)}' names no file: 'path' is missing.", list)
            : new SoundSet(name, prompts.Length, prompts.Select(prompt => new SoundSample(prompt.Path!, prompt.Prompt, prompt.Label, Read(prompt.Path!)))); // Just seen.
    }

    private static IEnumerable<LabelledPrompt> ByFolder(string folder, Action<string>? unreadable) =>
        from file in AudioFile.FindAll(folder, unreadable)
        let parent = Path.GetDirectoryName(Path.GetRelativePath(folder, file))
        select string.IsNullOrEmpty(parent)
            ? throw new ConfigException($"{file} has no label: write {ListName} into the folder, or put the file into a folder named by its label.", file)
            : new LabelledPrompt("", Path.GetFileName(parent), file);

    private static AudioBuffer Read(string path)
    {
        AudioBuffer audio = AudioFile.ReadAll(path);
        return audio.LengthSamples > 0 ? audio : throw new AudioFormatException($"'{path}' holds no samples.", path);
    }
}
