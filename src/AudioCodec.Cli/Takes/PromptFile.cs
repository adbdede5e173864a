using System.Text.Json;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Takes;

/// <summary>Reads prompts from JSON lines: <c>{"prompt": "a dog barks", "output": "dog.wav"}</c>, where the output may be missing, or the text alone.</summary>
internal static class PromptFile
{
    private const int MaxLineChars = 1 << 20;

    /// <summary>Reads all prompts, in their order.</summary>
    /// <param name="session">Whose standard input <c>-</c> means.</param>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <exception cref="ConfigException">A line holds no prompt.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<TakePrompt> Read(CliSession session, string path)
    {
        using var lines = new StreamReader(path == CliSession.Pipe ? session.OpenStandardInput() : File.OpenRead(path));
        var prompts = new List<TakePrompt>();
        int number = 0;
        while (lines.ReadLine() is string line)
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                string place = $"{path}, line {number}";
                if (line.Length > MaxLineChars)
                {
                    throw new ConfigException($"{place}: {line.Length} characters; at most {MaxLineChars} are expected.", "prompt");
                }

                prompts.Add(Parse(line, place) ?? throw new ConfigException(
                    $"{place}: an object such as {{\"prompt\": \"a dog barks\", \"output\": \"dog.wav\"}}, or a text in quotes, is expected.", "prompt"));
            }
        }

        return prompts.Count > 0 ? prompts : throw new ConfigException($"{path}: there is no prompt in it.", "prompt");
    }

    private static TakePrompt? Parse(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.String ? new TakePrompt(root.GetString() ?? "", null, place)
                : root.ValueKind == JsonValueKind.Object && Text(root, "prompt") is string prompt ? new TakePrompt(prompt, Text(root, "output"), place)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Reading text with half a surrogate pair throws InvalidOperationException.
            return null;
        }
    }

    private static string? Text(JsonElement line, string key) =>
        line.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
