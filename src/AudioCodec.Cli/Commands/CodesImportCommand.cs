using System.CommandLine;
using AudioCodec.Cli.CodeFiles;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;
using AudioCodec.Codecs;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec codes import</c>: an <c>.ecdc</c> file from an array of codes.</summary>
internal static class CodesImportCommand
{
    private const string LengthUnknown =
        " Nothing states the length, so that all frames counted as whole; state it with --length, or use .safetensors for models with segments.";

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = ".npy or .safetensors file." };
        var output = new Argument<string>("output") { Description = ".ecdc file, or - for standard output." };
        var length = new Option<long?>("--length")
        {
            Description = "Samples per channel that decoding gives; all whole frames by default, or what the file states.",
            HelpName = "samples",
        };
        var force = new OutputOptions();
        var model = new ModelOptions("Model that the codes are of, by its name in 'audiocodec models list'; needed for .npy, which does not name it; otherwise it must be the one that the file names.");
        var command = new Command("import", "Write an .ecdc file from codes.");
        command.Arguments.Add(input);
        command.Arguments.Add(output);
        command.Options.Add(length);
        force.AddForceTo(command);
        model.AddTo(command, ModelParts.Choice);
        command.SetAction(parseResult =>
        {
            CliSession session = CliSession.Of(parseResult);
            string from = parseResult.GetRequiredValue(input);
            string to = parseResult.GetRequiredValue(output);
            OutputSuffix.RequireCompressed(to);
            OutputFolder.Prepare(from, to, force.Force(parseResult));
            CodeArray codes = CodeFormats.For(from).Read(from);
            CodecInfo codec = FindCodec(from, codes, model.Read(parseResult));
            long? stated = parseResult.GetValue(length) ?? codes.LengthSamples;
            long samples = stated ?? codes.Frames * codec.HopSamples;
            using OutputTarget target = OutputTarget.Open(session, to, force.Force(parseResult));
            try
            {
                Write(new EncodedAudio(samples, codes.Codebooks, codes.Segments), codec, codes.Origin, target.Stream);
            }
            catch (ArgumentException refusal)
            {
                throw new UsageException($"'{from}': {Messages.WithoutParameter(refusal)}{(stated is null ? LengthUnknown : string.Empty)}");
            }

            target.Commit();
            session.Message($"{to}: {Messages.Count(codes.Codebooks, "codebook")} x {Messages.Count(codes.Frames, "frame")}, {Messages.Count(samples, "sample")} ({codec.Name})");
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec codes import codes.safetensors out.ecdc", "codes that say which model they are of"),
            ("audiocodec codes import codes.npy out.ecdc --model encodec_24khz", "bare codes [codebooks, frames] of any integer type"));
    }

    /// <exception cref="UsageException">Nobody says which model the codes are of, or it is not known here.</exception>
    /// <exception cref="BitstreamException">The model that is named, or the one of that name here, did not make them.</exception>
    private static CodecInfo FindCodec(string path, CodeArray codes, CodecOptions options)
    {
        using var codecs = new CodecProvider(options);
        string name = options.Model ?? codes.Origin?.Model
            ?? throw new UsageException($"'{path}' does not say which model its codes are of; name it with --model or --checkpoint.");
        CodecInfo codec = (options.Model is null ? codecs.FindInfoOfStream(name) : codecs.FindInfo(name))
            ?? throw new UsageException($"Model '{Messages.Quote(name)}' is not known here; name its checkpoint with --checkpoint.");
        codes.Origin?.RequireCodec(path, codec, codec.Channels, () => codecs.FindFingerprint(name, isPath: options.Model is not null));
        return codec;
    }

    /// <summary>Writes version 1, which keeps the fingerprint, where there is one; without it version 0 says as much.</summary>
    /// <exception cref="ArgumentException">The codes do not match their length or the codec.</exception>
    private static void Write(EncodedAudio codes, CodecInfo codec, CodeOrigin? origin, Stream output)
    {
        if (origin is { Fingerprint.IsEmpty: false })
        {
            EcdcFile.WriteCodes(codes, codec, origin.Fingerprint, (origin.OriginalSampleRateHz, origin.OriginalChannels, origin.OriginalLengthSamples), output);
        }
        else
        {
            EcdcFile.WriteCodes(codes, codec, output);
        }
    }
}
