using System.CommandLine;
using System.Text.Json.Nodes;
using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Compression;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec compress</c>: audio files to <c>.ecdc</c> files.</summary>
internal static class CompressCommand
{
    private const string Extension = ".ecdc";

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var batch = new BatchOptions("Audio files, folders of them, or - for standard input.");
        var output = new OutputOptions();
        var compression = new CompressionSettings();
        var model = new ModelOptions(ModelOptions.ForCompression);
        var raw = new RawOption(RawOption.ForInput);
        var report = new ReportOptions();
        var command = new Command("compress", "Compress audio to .ecdc files.");
        batch.AddTo(command);
        output.AddTo(command);
        compression.AddTo(command);
        model.AddTo(command, ModelParts.Choice | ModelParts.LanguageModel | ModelParts.Network);
        raw.AddTo(command);
        report.AddTo(command);
        command.SetAction((parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            IReadOnlyList<FileJob> jobs = JobPlan.Create(
                batch.Inputs(parseResult), output.Path(parseResult), AudioFile.HasKnownExtension, name => Path.ChangeExtension(name, Extension));
            var settings = new CompressSettings(
                new ModelProvider(model.Read(parseResult, jobs.Count)),
                compression.Read(parseResult),
                raw.Read(parseResult),
                output.Force(parseResult));
            return RunAsync(session, jobs, batch.Jobs(parseResult), settings, report.IsJson(parseResult), cancellationToken);
        });
        return command.WithExamples(
            ("audiocodec compress speech.wav", "writes speech.ecdc at 6 kbit/s"),
            ("audiocodec compress -b 12 --hq music.flac -o music.ecdc", "48 kHz stereo at 12 kbit/s"),
            ("audiocodec compress -l speech.wav --tag title=Hello", "entropy-coded, with checksums, an index and a title"),
            ("audiocodec compress recordings/ -o compressed/ --jobs 4", "a folder, its structure kept, four files at a time"),
            ("sox in.wav -t raw -e signed -b 16 -r 24000 -c 1 - | audiocodec compress - --raw s16le:24000:1 > out.ecdc", "a pipe"));
    }

    /// <summary>Compresses the files of a plan and reports.</summary>
    public static async Task<int> RunAsync(
        CliSession session, IReadOnlyList<FileJob> jobs, int parallel, CompressSettings settings, bool json, CancellationToken cancellationToken)
    {
        BatchSummary.RefuseMixedOutput(jobs, json);
        BatchResult result = await BatchRun.RunAsync(
            session, jobs, parallel, (job, progress, token) => Compress(session, job, settings, progress, token), cancellationToken)
            .ConfigureAwait(false);
        BatchSummary.Write(session, result, json, Describe);
        return result.ExitCode;
    }

    private static JsonObject Compress(
        CliSession session, FileJob job, CompressSettings settings, IProgress<double> progress, CancellationToken cancellationToken)
    {
        OutputFolder.Prepare(job, settings.Force);
        ProvidedModel model = settings.Models.ForCompression();
        CompressionOptions options = CompressionChoice.Options(model.Codec, settings.Compression, settings.Models.Threads);
        using AudioSource source = InputAudio.Open(session, job.Input, settings.Raw);
        using OutputTarget target = OutputTarget.Open(session, job.Output, settings.Force);
        CompressionResult result = EcdcCompressor.Compress(source, target.Stream, model.Network, options, progress, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        target.Commit();
        foreach (string warning in result.Warnings)
        {
            session.Warning($"{job.Input}: {warning}");
        }

        return new JsonObject
        {
            ["input"] = job.Input,
            ["output"] = job.Output,
            ["model"] = model.Config.Name,
            ["model_status"] = ModelStatus.Word(model.Status),
            ["version"] = options.Version1 is null ? 0 : 1,
            ["language_model"] = options.Version1?.Coder is not null,
            ["bandwidth_kbps"] = options.BandwidthKbps,
            ["codebooks"] = result.Codebooks,
            ["length_samples"] = result.LengthSamples,
            ["sample_rate_hz"] = result.SampleRateHz,
            ["duration_seconds"] = ReportOptions.Number(result.DurationSeconds, 6),
            ["frames"] = result.Frames,
            ["compressed_bytes"] = result.CompressedBytes,
            ["bitrate_bps"] = ReportOptions.Number(result.BitrateBps, 1),
            ["warnings"] = new JsonArray([.. result.Warnings.Select(warning => JsonValue.Create(warning))]),
        };
    }

    private static string Describe(JsonObject report) =>
        $"{report["output"]}: {report["duration_seconds"]!.GetValue<double>():0.00} s, {report["compressed_bytes"]} bytes, "
        + $"{report["bitrate_bps"]!.GetValue<double>() / 1000:0.00} kbit/s ({report["model"]})";
}

/// <summary>How the files of one command are compressed.</summary>
/// <param name="Models">Gives the model.</param>
/// <param name="Compression">What was asked for.</param>
/// <param name="Raw">Format of inputs without a header.</param>
/// <param name="Force">Whether outputs may be replaced.</param>
internal sealed record CompressSettings(ModelProvider Models, CompressionRequest Compression, RawPcmFormat? Raw, bool Force);
