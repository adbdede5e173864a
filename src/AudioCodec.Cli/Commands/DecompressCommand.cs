using System.CommandLine;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

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
        var wav = new WavOptions();
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
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            WavFormat format = wav.Read(parseResult, raw.Read(parseResult));
            IReadOnlyList<FileJob> jobs = JobPlan.Create(
                batch.Inputs(parseResult),
                output.Path(parseResult),
                EcdcInput.HasExtension,
                name => FileDecompressor.OutputName(name, suffix.Read(parseResult), format));
            CodecOptions options = model.Read(parseResult, jobs.Count);
            using var codecs = new CodecProvider(options);
            var decompressor = new FileDecompressor(CliSession.Of(parseResult), codecs)
            {
                Open = new EcdcOpenOptions { Model = options.Model, ConcealDamage = parseResult.GetValue(conceal) },
                Format = format,
                Excerpt = excerpt.Read(parseResult),
                Force = output.Force(parseResult),
            };
            return await decompressor.RunAsync(jobs, batch.Jobs(parseResult), report.IsJson(parseResult), cancellationToken).ConfigureAwait(false);
        });
        return command.WithExamples(
            ("audiocodec decompress speech.ecdc", "writes speech_decompressed.wav"),
            ("audiocodec decompress speech.ecdc -o speech.wav --bits 32f --rate 48000", "float samples at 48 kHz"),
            ("audiocodec decompress talk.ecdc --start 60 --duration 30", "half a minute from the second minute; through the index where there is one"),
            ("audiocodec decompress speech.ecdc --rate original --bits 24", "at the rate of the audio that was compressed"),
            ("audiocodec decompress compressed/ -o decoded/ -s ''", "a folder, its structure kept, names without a suffix"),
            ("audiocodec decompress in.ecdc -o - --raw s16le:24000:1 | aplay -t raw -f S16_LE -r 24000", "a pipe"));
    }
}
