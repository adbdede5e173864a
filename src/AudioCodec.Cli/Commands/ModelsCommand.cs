using System.CommandLine;
using System.Text.Json.Nodes;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;
using AudioCodec.Models;
using Spectre.Console;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec models</c>: which models there are, under which licence, and how to get them.</summary>
internal static class ModelsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var command = new Command("models", "List, describe and download models.");
        command.Subcommands.Add(CreateList());
        command.Subcommands.Add(CreateInfo());
        command.Subcommands.Add(CreatePull());
        return command.WithExamples(
            ("audiocodec models list", "all models, their licences, and which are on this machine"),
            ("audiocodec models pull encodec_24khz", "download the official 24 kHz model into the cache"));
    }

    private static Command CreateList()
    {
        var report = new ReportOptions();
        var command = new Command("list", "List all models.");
        report.AddTo(command);
        command.SetAction(parseResult =>
        {
            CliSession session = CliSession.Of(parseResult);
            using var store = new ModelStore();
            if (report.IsJson(parseResult))
            {
                ReportOptions.Write(session, new JsonArray([.. ModelCatalogue.Entries.Select(entry => Describe(store, entry))]));
            }
            else
            {
                WriteTable(session, store);
            }

            return ExitCodes.Success;
        });
        return command.WithExamples(("audiocodec models list --json", "the list as JSON"));
    }

    private static Command CreateInfo()
    {
        var name = NameArgument();
        var report = new ReportOptions();
        var command = new Command("info", "Describe one model: licence, source, size, where it is.");
        command.Arguments.Add(name);
        report.AddTo(command);
        command.SetAction(parseResult =>
        {
            CliSession session = CliSession.Of(parseResult);
            using var store = new ModelStore();
            JsonObject description = Describe(store, Find(parseResult.GetRequiredValue(name)));
            if (report.IsJson(parseResult))
            {
                ReportOptions.Write(session, description);
            }
            else
            {
                foreach ((string key, JsonNode? value) in description)
                {
                    if (value is not (null or JsonArray { Count: 0 }))
                    {
                        session.Output.WriteLine($"{key,-13}{(value is JsonArray list ? string.Join(", ", list) : value)}");
                    }
                }
            }

            return ExitCodes.Success;
        });
        return command.WithExamples(("audiocodec models info encodec_48khz", "licence, size, address"));
    }

    private static Command CreatePull()
    {
        var name = NameArgument();
        var command = new Command("pull", "Download a model into the cache folder, or check the one that is there.");
        command.Arguments.Add(name);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            ModelEntry entry = Find(parseResult.GetRequiredValue(name));
            using var store = new ModelStore();
            session.Message($"{entry.Name}: {entry.Licence}");
            string path = await ProgressDisplay.RunAsync(session, 1, async display =>
            {
                using IProgressLine line = display.Begin(entry.Name);
                return await store.PullAsync(entry, new PullLine(line, entry), cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
            session.Output.WriteLine(path);
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec models pull encodec_24khz", "prints the path; an interrupted download goes on where it stopped"));
    }

    private static Argument<string> NameArgument() => new("name") { Description = "Name in the catalogue." };

    /// <exception cref="UsageException">There is no such model.</exception>
    private static ModelEntry Find(string name) => ModelCatalogue.Find(name)
        ?? throw new UsageException(
            $"There is no model '{name}'. Known: {string.Join(", ", ModelCatalogue.Entries.Select(entry => entry.Name))}.");

    private static JsonObject Describe(ModelStore store, ModelEntry entry) => new()
    {
        ["name"] = entry.Name,
        ["kind"] = entry.Kind.ToString(),
        ["description"] = entry.Description,
        ["licence"] = entry.Licence,
        ["bytes"] = entry.ApproximateBytes,
        ["bundled"] = entry.Bundled,
        ["installed"] = store.TryFind(entry.Name, out string? path),
        ["status"] = path is null ? null : ModelStatus.Word(ModelStatus.Of(path)),
        ["path"] = path,
        ["alias"] = entry.Alias,
        ["addresses"] = new JsonArray([.. entry.Files.Select(file => JsonValue.Create(file.Address.ToString()))]),
    };

    private static void WriteTable(CliSession session, ModelStore store)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(session.Output) });
        if (!session.IsInteractive)
        {
            // Output that goes to a file or a pipe is not to be wrapped at a terminal's width.
            console.Profile.Width = 400;
        }

        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("name", "kind", "size", "here", "description", "licence");
        foreach (ModelEntry entry in ModelCatalogue.Entries)
        {
            table.AddRow(
                Markup.Escape(entry.Name),
                Word(entry.Kind),
                $"{entry.ApproximateBytes / 1e6:0} MB",
                Here(store, entry),
                Markup.Escape(entry.Description),
                Markup.Escape(entry.Licence));
        }

        console.Write(table);
    }

    private static string Word(ModelKind kind) => kind == ModelKind.EntropyModel ? "entropy model" : kind.ToString().ToLowerInvariant();

    private static string Here(ModelStore store, ModelEntry entry) =>
        !store.TryFind(entry.Name, out string? path) ? "no"
        : ModelStatus.Of(path) == CheckpointStatus.Release ? "yes"
        : $"yes ({ModelStatus.Word(ModelStatus.Of(path))})";

    private sealed class PullLine(IProgressLine line, ModelEntry entry) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) =>
            line.Report((double)value.ReceivedBytes / Math.Max(1, value.TotalBytes ?? entry.ApproximateBytes));
    }
}
