using System.Globalization;
using System.Text;
using System.Text.Json;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;

namespace AudioCodec.Cli.Reports;

/// <summary>The model card of a language model that was just exported: what is known without its author.</summary>
internal static class LanguageModelCard
{
    /// <summary>Gives the card's text.</summary>
    /// <param name="config">The model.</param>
    /// <param name="status">How far its training is.</param>
    /// <param name="logPath">Log of the run; it may be missing.</param>
    public static string Write(EntropyModelConfig config, CheckpointStatus status, string logPath)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {config.Name}{(status == CheckpointStatus.Preview ? " (preview)" : "")}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Language model of the entropy coder for codec `{config.Codec}`");
        text.Append(config.CodecFingerprint is { } fingerprint ? $", encoder and codebooks `{fingerprint}`.\n" : ".\n");
        text.Append(CultureInfo.InvariantCulture, $"Transformer of {config.Layers} layers, width {config.Dimension}, {config.Heads} heads, feed-forward {config.FeedForward}, window of {config.Window} frames; {config.Codebooks} codebooks of {config.CodebookSize}.\n");
        if (LastValidation(logPath) is { } found)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nSaving against bit packing on the validation files, in percent, after {found.Step} steps:\n\n| kbit/s or kind | saving |\n|---|---|\n");
            foreach ((string name, double saving) in found.Savings)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {saving:F1} |\n");
            }
        }

        return text.ToString();
    }

    private static (long Step, List<(string Name, double Saving)> Savings)? LastValidation(string path)
    {
        const string prefix = "valid_saving_";
        string? line = File.Exists(path) ? File.ReadLines(path).LastOrDefault(l => l.Contains(prefix, StringComparison.Ordinal)) : null;
        if (line is null)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return (document.RootElement.GetProperty("step").GetInt64(), [.. document.RootElement.EnumerateObject()
                .Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal) && p.Value.ValueKind == JsonValueKind.Number)
                .Select(p => (p.Name[prefix.Length..], p.Value.GetDouble()))]);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // A log that was cut off says nothing; the card does without.
            return null;
        }
    }
}
