using System.CommandLine;
using System.Text.Json.Nodes;
using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Compression;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec decompress</c>: <c>.ecdc</c> files to audio files.</summary>
internal static class DecompressCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var batch = new BatchOptions(".ecdc files, folders of them, or - for standard input.");
        var output = new OutputOptions();
        var suffix = new SuffixOption();
        var wav = new WavSettings();
        var raw = new RawOption(RawOption.ForOutput);
        var excerpt = new ExcerptOptions("decode");
        var model = new ModelOptions(ModelOptions.ForStreams);
        var conceal = new Option<bool>("--conceal")
        {
            Description = "Decode damaged version-1 files as far as possible, the damage concealed and reported.",
        };
        var report = new ReportOptions();
        var command = new Command("decompress", "Decompress .ecdc files to WAV.");
        batch.AddTo(command);
        output.AddTo(command);
        suffix.AddTo(command);
        wav.AddTo(command);
        raw.AddTo(command);
        excerpt.AddTo(command);
        model.AddTo(command, ModelParts.LanguageModel | ModelParts.Network);
        command.Options.Add(conceal);
        report.AddTo(command);
        command.SetAction((parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            WavFormat format = wav.Read(parseResult, raw.Read(parseResult));
            IReadOnlyList<FileJob> jobs = JobPlan.Create(
                batch.Inputs(parseResult),
                output.Path(parseResult),
                EcdcInput.Belongs,
                name => OutputName(name, suffix.Read(parseResult), format));
            var settings = new DecompressSettings(
                new ModelProvider(model.Read(parseResult, jobs.Count)),
                format,
                excerpt.Read(parseResult),
                output.Force(parseResult),
                parseResult.GetValue(conceal) ? DamagePolicy.Conceal : DamagePolicy.Refuse);
            return RunAsync(session, jobs, batch.Jobs(parseResult), settings, report.IsJson(parseResult), cancellationToken);
        });
        return command.WithExamples(
            ("audiocodec decompress speech.ecdc", "writes speech_decompressed.wav"),
            ("audiocodec decompress speech.ecdc -o speech.wav --bits 32f --rate 48000", "float samples at 48 kHz"),
            ("audiocodec decompress talk.ecdc --start 60 --duration 30", "half a minute from the second minute; through the index where there is one"),
            ("audiocodec decompress speech.ecdc --rate original --bits 24", "at the rate of the audio that was compressed"),
            ("audiocodec decompress compressed/ -o decoded/ -s ''", "a folder, its structure kept, names without a suffix"),
            ("audiocodec decompress in.ecdc -o - --raw s16le:24000:1 | aplay -t raw -f S16_LE -r 24000", "a pipe"));
    }

    /// <summary>Name of the output for an input's name.</summary>
    public static string OutputName(string input, string suffix, WavFormat format) =>
        Path.GetFileNameWithoutExtension(input) + suffix + (format.Raw is null ? ".wav" : ".raw");

    /// <summary>Decompresses the files of a plan and reports.</summary>
    public static async Task<int> RunAsync(
        CliSession session, IReadOnlyList<FileJob> jobs, int parallel, DecompressSettings settings, bool json, CancellationToken cancellationToken)
    {
        BatchSummary.RefuseMixedOutput(jobs, json);
        BatchResult result = await BatchRun.RunAsync(
            session, jobs, parallel, (job, progress, token) => Decompress(session, job, settings, progress, token), cancellationToken)
            .ConfigureAwait(false);
        BatchSummary.Write(session, result, json, Describe);
        return result.ExitCode;
    }

    private static JsonObject Decompress(
        CliSession session, FileJob job, DecompressSettings settings, IProgress<double> progress, CancellationToken cancellationToken)
    {
        OutputFolder.Prepare(job, settings.Force);
        using var input = new EcdcInput(session, job.Input);
        OriginalAudio? original = settings.Format.AtOriginalRate ? input.Original() : null;
        original = original is null || settings.Excerpt.IsWhole ? original : original with { LengthSamples = null };
        WrittenAudio written = DecodedOutput.Write(
            session,
            job.Output,
            settings.Force,
            settings.Format,
            () => DecodedOutput.Convert(Open(input, settings), settings.Format, original),
            progress,
            cancellationToken);
        return Report(session, job, written);
    }

    /// <exception cref="BitstreamException">Nothing of a damaged stream can be decoded: an empty file would pass for its audio.</exception>
    private static AudioSource Open(EcdcInput input, DecompressSettings settings)
    {
        AudioSource source = input.OpenAudio(settings.Models, settings.Damage, settings.Excerpt);
        if (settings.Damage == DamagePolicy.Conceal && source is { LengthSamples: 0, Warnings: [string first, ..] })
        {
            source.Dispose();
            throw new BitstreamException($"Nothing of the file can be decoded. {first}", -1, "chunk");
        }

        return source;
    }

    private static JsonObject Report(CliSession session, FileJob job, WrittenAudio written)
    {
        DecompressionResult result = written.Result;
        IReadOnlyList<string> warnings = written.Warnings;
        foreach (string warning in warnings)
        {
            session.Warning($"{job.Input}: {warning}");
        }

        return new JsonObject
        {
            ["input"] = job.Input,
            ["output"] = job.Output,
            ["length_samples"] = result.LengthSamples,
            ["sample_rate_hz"] = written.SampleRateHz,
            ["channels"] = written.Channels,
            ["duration_seconds"] = ReportOptions.Number((double)result.LengthSamples / written.SampleRateHz, 6),
            ["peak"] = ReportOptions.Number(result.Peak, 6),
            ["gain"] = ReportOptions.Number(result.Gain, 6),
            ["clipped_samples"] = result.ClippedValues,
            ["warnings"] = new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]),
        };
    }

    private static string Describe(JsonObject report) =>
        $"{report["output"]}: {report["duration_seconds"]!.GetValue<double>():0.00} s at {report["sample_rate_hz"]} Hz, "
        + $"{report["channels"]} channel(s)";
}

/// <summary>How the files of one command are decompressed.</summary>
/// <param name="Models">Gives the models that the streams name.</param>
/// <param name="Format">How audio is written.</param>
/// <param name="Excerpt">Which part of each file.</param>
/// <param name="Force">Whether outputs may be replaced.</param>
/// <param name="Damage">What to do about damage.</param>
internal sealed record DecompressSettings(ModelProvider Models, WavFormat Format, Excerpt Excerpt, bool Force, DamagePolicy Damage);
