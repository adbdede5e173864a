using System.CommandLine;
using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary>The bare form <c>audiocodec input [output]</c>: the extensions say what to do, as in the reference.</summary>
internal static class ConvertCommand
{
    /// <summary>The hidden command that the bare form is turned into.</summary>
    public const string Name = "convert";

    /// <summary>Puts <see cref="Name"/> before the arguments where they name no command.</summary>
    public static IReadOnlyList<string> Route(RootCommand root, IReadOnlyList<string> arguments)
    {
        int first = 0;
        while (first < arguments.Count && arguments[first] == "--verbose")
        {
            first++;
        }

        if (first < arguments.Count && arguments[first] == "help")
        {
            return Route(root, [.. arguments.Take(first), .. arguments.Skip(first + 1), "--help"]);
        }

        if (first == arguments.Count
            || arguments[first] is "-h" or "--help" or "-?" or "--version"
            || arguments[first].StartsWith("[suggest", StringComparison.Ordinal)
            || root.Subcommands.Any(command => command.Name == arguments[first] || command.Aliases.Contains(arguments[first])))
        {
            return arguments;
        }

        return [.. arguments.Take(first), Name, .. arguments.Skip(first)];
    }

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "Audio to compress, or .ecdc to decompress." };
        var output = new Argument<string?>("output")
        {
            Description = ".ecdc to compress, .wav to decompress or, for audio, to compress and decompress.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var target = new OutputOptions("The same as the second argument.");
        var compression = new CompressOptions();
        var suffix = new SuffixOption();
        var wav = new WavOptions();
        var raw = new RawOption("Samples without a header, encoding:rate:channels: the input to compress, or the output to decompress.");
        var model = new ModelOptions(ModelOptions.ForCompression);
        var report = new ReportOptions();
        var command = new Command(Name, "Compress, decompress or both: the extensions say what.") { Hidden = true };
        command.Arguments.Add(input);
        command.Arguments.Add(output);
        target.AddTo(command);
        compression.AddTo(command);
        suffix.AddTo(command);
        wav.AddTo(command);
        raw.AddTo(command);
        model.AddTo(command, ModelParts.Choice | ModelParts.LanguageModel | ModelParts.Network);
        report.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            string from = parseResult.GetRequiredValue(input);
            RefuseMistypedCommand(from);
            RawPcmFormat? samples = raw.Read(parseResult);
            bool decompresses = EcdcInput.HasExtension(from);
            WavFormat format = wav.Read(parseResult, decompresses ? samples : null);
            bool force = target.Force(parseResult);
            bool json = report.IsJson(parseResult);
            string? to = parseResult.GetValue(output);
            if (to is not null && target.Path(parseResult) is string other)
            {
                throw new UsageException($"'{to}' and -o {other} both name the output; leave one out.");
            }

            to ??= target.Path(parseResult);
            bool listens = !decompresses && to is not null && AudioFile.HasKnownExtension(to);
            parseResult.Refuse(
                decompresses ? compression.All : listens ? [suffix.Option] : [.. wav.All, suffix.Option],
                decompresses ? $"says how to compress, and '{from}' is decompressed." : listens ? $"names outputs, and '{to}' is named." : $"says how audio is written, and '{from}' is compressed.");
            CodecOptions codec = model.Read(parseResult);
            using var codecs = new CodecProvider(codec);
            if (decompresses)
            {
                IReadOnlyList<FileJob> jobs = JobPlan.Create(
                    [from], RequireKind(to, ".wav, .flac or another of audio", ".raw"), EcdcInput.HasExtension, name => FileDecompressor.OutputName(name, suffix.Read(parseResult), format));
                var decompressor = new FileDecompressor(session, codecs) { Open = new EcdcOpenOptions { Model = codec.Model }, Format = format, Force = force };
                return await decompressor.RunAsync(jobs, 1, json, cancellationToken).ConfigureAwait(false);
            }

            CompressionOptions options = compression.Read(parseResult, samples);
            CompressOptions.RequireUse(options, codec);
            if (listens)
            {
                var roundTrip = new RoundTrip(session, codecs, options) { Format = format, DecodedPath = to, Force = force };
                return await roundTrip.RunAsync(from, json, cancellationToken).ConfigureAwait(false);
            }

            IReadOnlyList<FileJob> plan = JobPlan.Create(
                [from], RequireKind(to, ".ecdc or, to hear it, .wav", EcdcInput.Extension), AudioFile.HasKnownExtension, name => Path.ChangeExtension(name, EcdcInput.Extension));
            return await new FileCompressor(session, codecs, options, force).RunAsync(plan, 1, json, cancellationToken).ConfigureAwait(false);
        });
        return command.WithExamples(
            ("audiocodec speech.wav", "compress to speech.ecdc"),
            ("audiocodec speech.ecdc", "decompress to speech_decompressed.wav"),
            ("audiocodec -b 3 speech.wav speech_3kbps.wav", "compress and decompress, with the distances to the original"),
            ("audiocodec samples.raw samples.ecdc --raw s16le:24000:1", "samples without a header"));
    }

    /// <exception cref="UsageException">The output's extension is none of those.</exception>
    private static string? RequireKind(string? output, string expected, string other)
    {
        if (output is null or CliSession.Pipe || Directory.Exists(output))
        {
            return output;
        }

        string found = Path.GetExtension(output).ToLowerInvariant();
        return found == other || AudioFile.HasKnownExtension(output)
            ? output
            : throw new UsageException($"Output '{output}' must end in {expected} here; use 'compress' or 'decompress' for other names.");
    }

    /// <exception cref="UsageException">What stands where a file or command should is neither.</exception>
    private static void RefuseMistypedCommand(string input)
    {
        if (!File.Exists(input) && !Directory.Exists(input) && input != CliSession.Pipe && !Path.HasExtension(input))
        {
            throw new UsageException($"'{input}' is neither a command nor a file; 'audiocodec --help' lists the commands.");
        }
    }
}
