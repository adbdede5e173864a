using System.CommandLine;
using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec compress</c>: audio files to <c>.ecdc</c> files.</summary>
internal static class CompressCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var batch = new BatchOptions("Audio files, folders of them, or - for standard input.");
        var output = new OutputOptions();
        var compression = new CompressOptions();
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
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            IReadOnlyList<FileJob> jobs = JobPlan.Create(
                batch.Inputs(parseResult), output.Path(parseResult), AudioFile.HasKnownExtension, name => Path.ChangeExtension(name, EcdcInput.Extension));
            CompressionOptions options = compression.Read(parseResult, raw.Read(parseResult));
            CodecOptions codec = model.Read(parseResult, jobs.Count);
            CompressOptions.RequireUse(options, codec);
            using var codecs = new CodecProvider(codec);
            var compressor = new FileCompressor(CliSession.Of(parseResult), codecs, options, output.Force(parseResult));
            return await compressor.RunAsync(jobs, batch.Jobs(parseResult), report.IsJson(parseResult), cancellationToken).ConfigureAwait(false);
        });
        return command.WithExamples(
            ("audiocodec compress speech.wav", "writes speech.ecdc at 6 kbit/s"),
            ("audiocodec compress -b 12 --hq music.flac -o music.ecdc", "48 kHz stereo at 12 kbit/s"),
            ("audiocodec compress -l speech.wav --tag title=Hello", "entropy-coded, with checksums, an index and a title"),
            ("audiocodec compress recordings/ -o compressed/ --jobs 4", "a folder, its structure kept, four files at a time"),
            ("sox in.wav -t raw -e signed -b 16 -r 24000 -c 1 - | audiocodec compress - --raw s16le:24000:1 > out.ecdc", "a pipe"));
    }
}
