using System.Globalization;
using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Files;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Sets of sounds that a generator makes while they are judged.</summary>
public static class GeneratedSounds
{
    /// <summary>One sound for each prompt.</summary>
    /// <param name="generator">The generator; not disposed.</param>
    /// <param name="prompts">The prompts, made side by side in groups of <see cref="GenerationOptions.BatchSize"/>.</param>
    /// <param name="options">How they are made. The seed of a group is the one given and the group's first place, so that no two sounds of a prompt are the same.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public static SoundSet Of(Generator generator, IReadOnlyList<LabelledPrompt> prompts, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        return new SoundSet(generator.Info.Name, prompts.Count, prompts.Chunk(options.BatchSize).SelectMany((group, index) =>
        {
            int first = index * options.BatchSize;
            GenerationOptions own = options with { Takes = 1, Seed = options.Seed + first };
            return generator.GenerateBatch([.. group.Select(prompt => (string?)prompt.Prompt)], own, null, cancellationToken)
                .Select((made, i) => new SoundSample(string.Create(CultureInfo.InvariantCulture, $"{first + i:D4}"), group[i].Prompt, group[i].Label, made.Audio));
        }));
    }

    /// <summary>The same sounds, each written into a folder when it was made, and in the end <see cref="RecordedSounds.ListName"/>, with which <see cref="RecordedSounds.FromFolder"/> reads them.</summary>
    /// <param name="set">The sounds.</param>
    /// <param name="folder">The folder; created where it is missing.</param>
    public static SoundSet Kept(SoundSet set, string folder)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return set with { Samples = Keep(set.Samples, folder) };
    }

    private static IEnumerable<SoundSample> Keep(IEnumerable<SoundSample> samples, string folder)
    {
        Directory.CreateDirectory(folder);
        var lines = new List<string>();
        foreach (SoundSample sample in samples)
        {
            string file = $"{sample.Name}.wav";
            AtomicFile.Write(Path.Combine(folder, file), WavWriter.ToBytes(sample.Audio));
            lines.Add($"{{\"path\": {Quoted(file)}, \"prompt\": {Quoted(sample.Prompt)}, \"label\": {Quoted(sample.Label)}}}\n");
            yield return sample;
        }

        AtomicFile.Write(Path.Combine(folder, RecordedSounds.ListName), string.Concat(lines));
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
