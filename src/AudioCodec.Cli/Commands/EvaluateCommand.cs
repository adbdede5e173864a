using System.CommandLine;
using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Compression;
using AudioCodec.Entropy;
using AudioCodec.Evaluation;
using AudioCodec.Evaluation.Reports;
using AudioCodec.Models;
using Spectre.Console;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec evaluate</c>: the rate-distortion table of a model over many files, beside Opus and MP3.</summary>
internal static class EvaluateCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var options = new EvaluateOptions();
        var model = new ModelOptions("Model to measure, by its name in 'audiocodec models list'; the bundled one by default.");
        var report = new ReportOptions();
        var command = new Command("evaluate", "Measure a model on a folder or a manifest at every bandwidth, beside Opus and MP3.");
        options.AddTo(command);
        model.AddTo(command, ModelParts.Choice | ModelParts.Network);
        report.AddTo(command);
        command.SetAction((parseResult, cancellationToken) => RunAsync(
            CliSession.Of(parseResult), options.Read(parseResult), model.Read(parseResult), report.IsJson(parseResult), cancellationToken));
        return command.WithExamples(
            ("audiocodec evaluate recordings/", "table per kind (folder), bandwidth and codec"),
            ("audiocodec evaluate manifest.jsonl --split valid --html report.html", "also a page with plots, spectrograms and players"),
            ("audiocodec evaluate manifest.jsonl --limit 5 -b 6 --max-seconds 5", "a quick look: five files of each kind"));
    }

    private static async Task<int> RunAsync(
        CliSession session, EvaluateRequest request, ModelRequest modelRequest, bool json, CancellationToken cancellationToken)
    {
        if (request.HtmlPath is not null)
        {
            TemporaryOutput.Check(request.HtmlPath, request.Force);
        }

        IReadOnlyList<AudioClip> clips = EvaluationSet.Load(request.Data, request.Split, request.Kinds, request.LimitPerKind);
        EcdcModel measured = new ModelProvider(modelRequest with { LanguageModelPath = PathOf(request.EntropyModel) }).ForCompression().Codec;
        EncodecModel model = measured.Model;
        Func<EncodedAudio, long>? entropyCoded = request.EntropyModel is null ? null : new EntropyCodedSize(measured.LanguageModel!, model.Config).Of;
        List<IEvaluatedCodec> codecs = [new EncodecUnderTest(model, request.BandwidthsKbps, entropyCoded)];
        string? absent = null;
        if (request.WithBaselines && FfmpegCodec.Find(out absent) is string ffmpeg)
        {
            codecs.AddRange([FfmpegCodec.Opus(ffmpeg), FfmpegCodec.Mp3(ffmpeg)]);
        }

        var evaluator = new Evaluator(codecs, new EvaluationOptions
        {
            SampleRateHz = model.Config.SampleRateHz,
            Channels = model.Config.Channels,
            MaxSeconds = request.MaxSeconds,
            Threads = modelRequest.Threads,
            ExamplesPerKind = request.HtmlPath is null && request.PicturesFolder is null ? 0 : request.ExamplesPerKind,
        });
        EvaluationResult result = await EvaluateAsync(session, evaluator, clips, cancellationToken).ConfigureAwait(false);
        result = absent is null ? result : result with { Notes = [absent, .. result.Notes] };
        WriteFiles(session, request, result, model.Config);
        if (json)
        {
            session.Output.WriteLine(EvaluationJson.Write(result));
        }
        else
        {
            EvaluationTable.Write(session.Output, result);
        }

        return ExitCodes.Success;
    }

    private static string? PathOf(string? languageModel)
    {
        using var store = new ModelStore();
        return languageModel is null ? null : store.Find(languageModel);
    }

    private static async Task<EvaluationResult> EvaluateAsync(
        CliSession session, Evaluator evaluator, IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken)
    {
        if (!session.IsInteractive)
        {
            return await Task.Run(() => evaluator.Run(clips, null, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        using IDisposable redirected = session.RedirectMessages(line => console.WriteLine(line));
        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(string.Create(CultureInfo.InvariantCulture, $"{clips.Count} files"), maxValue: clips.Count);
                var progress = new CountingProgress(task);
                return Task.Run(() => evaluator.Run(clips, progress, cancellationToken), cancellationToken);
            }).ConfigureAwait(false);
    }

    private static void WriteFiles(CliSession session, EvaluateRequest request, EvaluationResult result, EncodecConfig config)
    {
        if (request.HtmlPath is not null)
        {
            string title = $"{config.Name}: rate and distortion";
            string summary = string.Create(
                CultureInfo.InvariantCulture,
                $"{config.Name} on {result.Scores.Select(s => s.Clip).Distinct().Count()} files of {request.Data}"
                + $"{(request.Split is null ? string.Empty : $", split {request.Split}")}"
                + $"{(request.MaxSeconds is double seconds ? $", the first {seconds} s of each" : string.Empty)}, "
                + $"measured at {config.SampleRateHz} Hz, {config.Channels} channel(s).");
            using var output = new TemporaryOutput(request.HtmlPath, request.Force);
            using (var writer = new StreamWriter(output.Stream, leaveOpen: true))
            {
                writer.Write(HtmlReport.Write(result, title, summary));
            }

            output.Commit();
            session.Message($"{request.HtmlPath} written");
        }

        if (request.PicturesFolder is not null)
        {
            IReadOnlyList<string> pictures = ExamplePictures.Write(result.Examples, request.PicturesFolder, config.Name);
            session.Message($"{pictures.Count} pictures and pictures.md written to {request.PicturesFolder}");
        }
    }

    private sealed class CountingProgress(ProgressTask task) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            task.Description = Markup.Escape(value.Clip.Title);
            task.Increment(1);
        }
    }
}
