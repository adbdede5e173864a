using System.CommandLine;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Models;

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
            IReadOnlyList<ModelReport> models = [.. ModelStore.AllModels().Select(entry => ModelReport.Of(store, entry))];
            if (report.IsJson(parseResult))
            {
                ReportJson.Write(session, models);
            }
            else
            {
                ModelList.Write(session.Output, models);
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
            ModelReport model = ModelReport.Of(store, Find(parseResult.GetRequiredValue(name)));
            if (report.IsJson(parseResult))
            {
                ReportJson.Write(session, model);
            }
            else
            {
                model.WriteText(session.Output);
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
            foreach (ModelEntry part in entry.Requires.Select(Find).Prepend(entry))
            {
                session.Message($"{part.Name}: {part.Licence}");
            }

            string path = await ProgressDisplay.RunOneAsync(
                session, entry.Name, line => store.PullAsync(entry, new PullLine(line, entry), cancellationToken)).ConfigureAwait(false);
            session.Output.WriteLine(path);
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec models pull encodec_24khz", "prints the path; an interrupted download goes on where it stopped"),
            ("audiocodec models pull audiogen-medium", "a generator, with its codec and its text encoder"));
    }

    private static Argument<string> NameArgument() => new("name") { Description = "Name in the catalogue." };

    /// <exception cref="UsageException">There is no such model.</exception>
    private static ModelEntry Find(string name) => ModelCatalogue.Find(name) ?? ModelStore.AllModels().FirstOrDefault(entry => entry.Name == name)
        ?? throw new UsageException($"There is no model '{name}'. Known: {string.Join(", ", ModelStore.AllModels().Select(entry => entry.Name))}.");

    private sealed class PullLine(IProgressLine line, ModelEntry entry) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) =>
            line.Report((double)value.ReceivedBytes / Math.Max(1, value.TotalBytes ?? entry.ApproximateBytes));
    }
}
