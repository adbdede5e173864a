using System.CommandLine;
using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;

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
            || arguments[first].StartsWith('[')
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
        var compression = new CompressionSettings();
        var suffix = new SuffixOption();
        var wav = new WavSettings();
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
        command.SetAction((parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            string from = parseResult.GetRequiredValue(input);
            RefuseUnknownWord(from);
            var models = new ModelProvider(model.Read(parseResult));
            RawPcmFormat? samples = raw.Read(parseResult);
            bool decompresses = EcdcInput.Belongs(from);
            WavFormat format = wav.Read(parseResult, decompresses ? samples : null);
            bool force = target.Force(parseResult);
            bool json = report.IsJson(parseResult);
            string? to = parseResult.GetValue(output) ?? target.Path(parseResult);
            if (decompresses)
            {
                IReadOnlyList<FileJob> jobs = JobPlan.Create([from], RequireKind(to, ".wav", ".raw"), EcdcInput.Belongs,
                    name => DecompressCommand.OutputName(name, suffix.Read(parseResult), format));
                return DecompressCommand.RunAsync(session, jobs, 1, new DecompressSettings(models, format, Excerpt.Whole, force, DamagePolicy.Refuse), json, cancellationToken);
            }

            CompressionRequest request = compression.Read(parseResult);
            if (to is not null && Path.GetExtension(to).Equals(".wav", StringComparison.OrdinalIgnoreCase))
            {
                var settings = new RoundTripSettings(models, request, samples, format, force, CompressedPath: null);
                return RoundTripCommand.RunAsync(session, new FileJob(from, to), settings, json, cancellationToken);
            }

            IReadOnlyList<FileJob> plan = JobPlan.Create(
                [from], RequireKind(to, ".ecdc", ".wav"), AudioFile.HasKnownExtension, name => Path.ChangeExtension(name, ".ecdc"));
            return CompressCommand.RunAsync(
                session, plan, 1, new CompressSettings(models, request, samples, force), json, cancellationToken);
        });
        return command.WithExamples(
            ("audiocodec speech.wav", "compress to speech.ecdc"),
            ("audiocodec speech.ecdc", "decompress to speech_decompressed.wav"),
            ("audiocodec -b 3 speech.wav speech_3kbps.wav", "compress and decompress, with the distances to the original"),
            ("audiocodec samples.raw samples.ecdc --raw s16le:24000:1", "samples without a header"));
    }

    private static string? RequireKind(string? output, params ReadOnlySpan<string> extensions)
    {
        if (output is null or OutputOptions.Pipe || Directory.Exists(output))
        {
            return output;
        }

        string found = Path.GetExtension(output).ToLowerInvariant();
        return extensions.Contains(found)
            ? output
            : throw new UsageException($"Output '{output}' must end in {string.Join(" or ", extensions.ToArray())} here; use 'compress' or 'decompress' for other names.");
    }

    private static void RefuseUnknownWord(string input)
    {
        if (!File.Exists(input) && !Directory.Exists(input) && input != OutputOptions.Pipe && !Path.HasExtension(input))
        {
            throw new UsageException($"'{input}' is neither a command nor a file; 'audiocodec --help' lists the commands.");
        }
    }
}
