using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Numerics;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Prompts with labels: from a file, from the captions of recordings, or the built-in ones.</summary>
public static class PromptList
{
    /// <summary>Prompts for the classes of ESC-10, none of them a caption of a particular recording.</summary>
    public static IReadOnlyList<LabelledPrompt> BuiltIn { get; } =
    [
        .. For("dog", "a dog barks", "a dog barking", "barking of a dog"),
        .. For("rain", "rain is falling", "steady rain", "the sound of rain"),
        .. For("sea waves", "waves on a beach", "sea waves", "waves of the sea break on the shore"),
        .. For("crying baby", "a baby cries", "a crying baby", "a baby is crying"),
        .. For("clock tick", "a clock ticks", "a ticking clock", "ticking of a clock"),
        .. For("sneeze", "a person sneezes", "someone sneezes", "a sneeze"),
        .. For("helicopter", "a helicopter flies by", "a helicopter", "a helicopter is flying"),
        .. For("chainsaw", "a chainsaw is running", "a chainsaw", "the sound of a chainsaw"),
        .. For("rooster", "a rooster crows", "a crowing rooster", "a rooster is crowing"),
        .. For("crackling fire", "a fire crackles", "a crackling fire", "crackling of a fire"),
    ];

    /// <summary>Reads JSON lines of objects with <c>prompt</c> and <c>label</c>, and <c>path</c> where there is a sound (relative to the file).</summary>
    /// <exception cref="ConfigException">There is no such file, a line is damaged or lacks a label, or there is none.</exception>
    public static IReadOnlyList<LabelledPrompt> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        var prompts = new List<LabelledPrompt>();
        int number = 0;
        try
        {
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                {
                    prompts.Add(Parse(line, folder));
                }
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new ConfigException($"{path}, line {number}: {Messages.OfJson(e)}", path, e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException($"'{path}' does not exist; JSON lines such as {{\"prompt\": \"a dog barks\", \"label\": \"dog\"}} are expected.", path, e);
        }

        return prompts.Count > 0 ? prompts : throw new ConfigException($"{path}: there is no prompt in it.", path);
    }

    /// <summary>The captions of recordings that have one of some labels, each once.</summary>
    public static IReadOnlyList<LabelledPrompt> FromCaptions(IEnumerable<AudioClip> clips, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(clips);
        IEnumerable<LabelledPrompt> prompts =
            from clip in clips
            let label = RecordedSounds.LabelOf(clip, labels)
            where label is not null
            from caption in clip.Captions
            select new LabelledPrompt(caption, label);
        return [.. prompts.Distinct()];
    }

    /// <summary>Draws prompts: the labels in turn, so that all count alike, and a prompt of the label at random.</summary>
    /// <param name="prompts">To draw from.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the drawing.</param>
    public static IReadOnlyList<LabelledPrompt> Draw(IReadOnlyList<LabelledPrompt> prompts, int count, long seed)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        LabelledPrompt[][] labels = [.. prompts.GroupBy(prompt => prompt.Label).Select(group => group.ToArray())];
        return
        [
            .. Enumerable.Range(0, labels.Length == 0 ? 0 : count).Select(i =>
            {
                LabelledPrompt[] own = labels[i % labels.Length];
                return own[SplitMix.For(seed, i, 0).NextInt64(own.Length)];
            }),
        ];
    }

    private static LabelledPrompt[] For(string label, params string[] prompts) => [.. prompts.Select(prompt => new LabelledPrompt(prompt, label))];

    private static LabelledPrompt Parse(string line, string folder)
    {
        using var document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement
            : throw new FormatException("an object such as {\"prompt\": \"a dog barks\", \"label\": \"dog\"} is expected.");
        string? Text(string key) => root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        string label = Text("label") ?? throw new FormatException("'label' is missing.");
        return new LabelledPrompt(Text("prompt") ?? "", label, Text("path") is { } file ? Path.GetFullPath(Path.Combine(folder, file)) : null);
    }
}
