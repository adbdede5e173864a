using System.CommandLine;
using System.Globalization;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Evaluation;
using AudioCodec.Evaluation.Reports;

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
        command.Subcommands.Add(EvaluateGeneratorCommand.Create());
        return command.WithExamples(
            ("audiocodec evaluate recordings/", "table per kind (folder), bandwidth and codec"),
            ("audiocodec evaluate manifest.jsonl --split valid --html report.html", "also a page with plots, spectrograms and players"),
            ("audiocodec evaluate manifest.jsonl --limit 5 -b 6 --max-seconds 5", "a quick look: five files of each kind"));
    }

    private static async Task<int> RunAsync(
        CliSession session, EvaluateRequest request, CodecOptions options, bool json, CancellationToken cancellationToken)
    {
        EvaluationFiles files = EvaluationRun.Load(request.Data, request.Split, request.Kinds, request.LimitPerKind);
        if (request.HtmlPath is not null)
        {
            OutputFolder.Prepare([request.Data, .. files.Clips.Select(clip => clip.Path)], request.HtmlPath, request.Force);
        }

        options.EntropyModel = request.EntropyModel;
        using Codec codec = Codec.Load(options: options);
        foreach (double rate in request.BandwidthsKbps ?? [])
        {
            CompressOptions.RequireOffered(codec, new CompressionOptions { BandwidthKbps = rate });
        }

        List<IEvaluatedCodec> codecs = [new EncodecUnderTest(codec, request.BandwidthsKbps, request.EntropyModel is not null)];
        string? absent = null;
        if (request.WithBaselines && FfmpegCodec.Find(out absent) is string ffmpeg)
        {
            codecs.AddRange([FfmpegCodec.Opus(ffmpeg), FfmpegCodec.Mp3(ffmpeg)]);
        }

        var evaluator = new Evaluator(codecs, new EvaluationOptions
        {
            SampleRateHz = codec.Info.SampleRateHz,
            Channels = codec.Info.Channels,
            MaxSeconds = request.MaxSeconds,
            Threads = options.Threads,
            ExamplesPerKind = request.HtmlPath is null && request.PicturesFolder is null ? 0 : request.ExamplesPerKind,
        });
        EvaluationResult result = await EvaluationRun.RunAsync(session, evaluator, files, cancellationToken).ConfigureAwait(false);
        result = absent is null ? result : result with { Notes = [absent, .. result.Notes] };
        WriteFiles(session, request, result, codec.Info);
        if (json)
        {
            session.Output.WriteLine(EvaluationJson.Write(result));
        }
        else
        {
            EvaluationTable.Write(session.Output, result);
        }

        return EvaluationRun.ExitCodeOf(result);
    }

    private static void WriteFiles(CliSession session, EvaluateRequest request, EvaluationResult result, CodecInfo codec)
    {
        if (request.HtmlPath is not null)
        {
            string title = $"{codec.Name}: rate and distortion";
            string summary = string.Create(
                CultureInfo.InvariantCulture,
                $"{codec.Name} on {Messages.Count(result.Scores.Select(s => s.Clip).Distinct().Count(), "file")} of {request.Data}"
                + $"{(request.Split is null ? string.Empty : $", split {request.Split}")}"
                + $"{(request.MaxSeconds is double seconds ? $", the first {seconds:0.######} s of each" : string.Empty)}, "
                + $"measured at {codec.SampleRateHz} Hz, {Messages.Count(codec.Channels, "channel")}.");
            EvaluationRun.WritePage(session, request.HtmlPath, request.Force, result, title, summary);
        }

        if (request.PicturesFolder is not null)
        {
            IReadOnlyList<string> pictures = ExamplePictures.Write(result.Examples, request.PicturesFolder, codec.Name);
            session.Message($"{pictures.Count} pictures and pictures.md written to {request.PicturesFolder}");
        }
    }
}
