using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

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
        var compression = new CompressOptions();
        var wav = new WavOptions();
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
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CompressionOptions options = compression.Read(parseResult, raw.Read(parseResult));
            WavFormat format = wav.Read(parseResult, raw: null);
            if (output.Path(parseResult) is null)
            {
                parseResult.Refuse(wav.All, "says how the decoded audio is written; name its file with -o.");
            }

            CodecOptions codec = model.Read(parseResult);
            CompressOptions.RequireUse(options, codec);
            using var codecs = new CodecProvider(codec);
            var roundTrip = new RoundTrip(CliSession.Of(parseResult), codecs, options)
            {
                Format = format,
                DecodedPath = output.Path(parseResult),
                CompressedPath = parseResult.GetValue(keep),
                Force = output.Force(parseResult),
            };
            return await roundTrip.RunAsync(parseResult.GetRequiredValue(input), report.IsJson(parseResult), cancellationToken).ConfigureAwait(false);
        });
        return command.WithExamples(
            ("audiocodec roundtrip speech.wav", "print sizes, bit rate, SI-SDR, mel and STFT distance"),
            ("audiocodec roundtrip speech.wav -b 3 -o speech_3kbps.wav", "also write what it sounds like"),
            ("audiocodec roundtrip speech.wav --json", "the same as JSON"));
    }
}
