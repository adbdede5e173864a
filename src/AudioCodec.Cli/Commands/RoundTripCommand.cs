using System.CommandLine;
using System.Text.Json.Nodes;
using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Compression;
using AudioCodec.Metrics;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec roundtrip</c>: compresses and decompresses, and says how far the result is from the original.</summary>
internal static class RoundTripCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "Audio file, or - for standard input." };
        var output = new OutputOptions("Also write the decoded audio here, as WAV.");
        var keep = new Option<string?>("--ecdc") { Description = "Also write the compressed file here.", HelpName = "path" };
        var compression = new CompressionSettings();
        var wav = new WavSettings();
        var raw = new RawOption(RawOption.ForInput);
        var model = new ModelOptions(ModelOptions.ForCompression);
        var report = new ReportOptions();
        var command = new Command("roundtrip", "Compress and decompress, and print sizes and distances to the original.");
        command.Arguments.Add(input);
        output.AddTo(command);
        command.Options.Add(keep);
        compression.AddTo(command);
        wav.AddTo(command);
        raw.AddTo(command);
        model.AddTo(command, ModelParts.Choice | ModelParts.LanguageModel | ModelParts.Network);
        report.AddTo(command);
        command.SetAction((parseResult, cancellationToken) =>
        {
            WavFormat format = wav.Read(parseResult, raw: null);
            var settings = new RoundTripSettings(
                new ModelProvider(model.Read(parseResult)),
                compression.Read(parseResult),
                raw.Read(parseResult),
                format,
                output.Force(parseResult),
                parseResult.GetValue(keep));
            var job = new FileJob(parseResult.GetRequiredValue(input), output.Path(parseResult) ?? string.Empty);
            return RunAsync(CliSession.Of(parseResult), job, settings, report.IsJson(parseResult), cancellationToken);
        });
        return command.WithExamples(
            ("audiocodec roundtrip speech.wav", "print sizes, bit rate, SI-SDR, mel and STFT distance"),
            ("audiocodec roundtrip speech.wav -b 3 -o speech_3kbps.wav", "also write what it sounds like"),
            ("audiocodec roundtrip speech.wav --json", "the same as JSON"));
    }

    /// <summary>Compresses, decompresses, compares and reports.</summary>
    /// <remarks>Holds the whole recording in memory twice, for the comparison.</remarks>
    public static async Task<int> RunAsync(
        CliSession session, FileJob job, RoundTripSettings settings, bool json, CancellationToken cancellationToken)
    {
        if (job.Output == OutputOptions.Pipe)
        {
            throw new UsageException("roundtrip prints its report to standard output; write the audio to a file.");
        }

        BatchResult result = await BatchRun.RunAsync(
            session, [job], 1, (file, progress, token) => RoundTrip(session, file, settings, progress, token), cancellationToken)
            .ConfigureAwait(false);
        if (json)
        {
            ReportOptions.Write(session, result.ToJson());
        }
        else
        {
            RoundTripReport.WriteText(session.Output, result.Reports[0]);
        }

        return ExitCodes.Success;
    }

    private static JsonObject RoundTrip(
        CliSession session, FileJob job, RoundTripSettings settings, IProgress<double> progress, CancellationToken cancellationToken)
    {
        foreach (string path in new[] { job.Output, settings.CompressedPath }.OfType<string>().Where(path => path.Length > 0))
        {
            OutputFolder.Prepare(new FileJob(job.Input, path), settings.Force);
        }

        ProvidedModel model = settings.Models.ForCompression();
        CompressionOptions options = CompressionChoice.Options(model.Codec, settings.Compression, settings.Models.Threads);
        using AudioSource source = InputAudio.Open(session, job.Input, settings.InputRaw);
        using AudioSource converted = AudioFile.Convert(source, model.Config.SampleRateHz, model.Config.Channels);
        AudioBuffer original = AudioFile.ReadAll(converted, job.Input);
        foreach (string warning in converted.Warnings)
        {
            session.Warning($"{job.Input}: {warning}");
        }

        using var compressed = new MemoryStream();
        using var buffered = new AudioBufferSource(original);
        CompressionResult result = EcdcCompressor.Compress(
            buffered, compressed, model.Network, options, new PartOfProgress(progress, 0, 0.5), cancellationToken);
        AudioBuffer decoded = Decode(compressed, model.Codec, settings.Models.Threads);
        progress.Report(1);
        cancellationToken.ThrowIfCancellationRequested();
        WriteCompressed(session, settings, compressed);
        var input = new OriginalAudio(source.SampleRateHz, source.LengthSamples);
        WriteDecoded(session, job, settings, decoded, settings.Format.AtOriginalRate ? input : null, cancellationToken);
        long? inputBytes = job.Input == OutputOptions.Pipe ? null : new FileInfo(job.Input).Length;
        return RoundTripReport.Create(job, inputBytes, model, options.BandwidthKbps, result, original, decoded);
    }

    private static AudioBuffer Decode(MemoryStream compressed, EcdcModel model, int threads)
    {
        using AudioSource source = EcdcFile.OpenAudio(
            new MemoryStream(compressed.ToArray()), _ => model, new EcdcOpenOptions { Threads = threads });
        return AudioFile.ReadAll(source);
    }

    private static void WriteCompressed(CliSession session, RoundTripSettings settings, MemoryStream compressed)
    {
        if (settings.CompressedPath is not null)
        {
            using OutputTarget target = OutputTarget.Open(session, settings.CompressedPath, settings.Force);
            compressed.WriteTo(target.Stream);
            target.Commit();
        }
    }

    private static void WriteDecoded(
        CliSession session, FileJob job, RoundTripSettings settings, AudioBuffer decoded, OriginalAudio? original, CancellationToken cancellationToken)
    {
        if (job.Output.Length == 0)
        {
            return;
        }

        WrittenAudio written = DecodedOutput.Write(
            session,
            job.Output,
            settings.Force,
            settings.Format,
            () => DecodedOutput.Convert(new AudioBufferSource(decoded), settings.Format, original),
            new Progress<double>(),
            cancellationToken);
        foreach (string warning in written.Warnings)
        {
            session.Warning($"{job.Output}: {warning}");
        }
    }
}

/// <summary>How a recording goes there and back.</summary>
/// <param name="Models">Gives the model.</param>
/// <param name="Compression">What was asked for.</param>
/// <param name="InputRaw">Format of an input without a header.</param>
/// <param name="Format">How the decoded audio is written.</param>
/// <param name="Force">Whether outputs may be replaced.</param>
/// <param name="CompressedPath">Where the compressed file goes too, or <see langword="null"/>.</param>
internal sealed record RoundTripSettings(
    ModelProvider Models, CompressionRequest Compression, RawPcmFormat? InputRaw, WavFormat Format, bool Force, string? CompressedPath);
