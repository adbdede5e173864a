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
        var model = new ModelOptions("Model that the codes are of, by its name in 'audiocodec models list'; the one that the file names by default.");
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
            CodecInfo codec = FindCodec(codes, model.Read(parseResult));
            long? stated = parseResult.GetValue(length) ?? codes.LengthSamples;
            long samples = stated ?? codes.Frames * codec.HopSamples;
            using OutputTarget target = OutputTarget.Open(session, to, force.Force(parseResult));
            try
            {
                EcdcFile.WriteCodes(new EncodedAudio(samples, codes.Codebooks, codes.Segments), codec, target.Stream);
            }
            catch (ArgumentException refusal)
            {
                throw new UsageException($"'{from}': {UsageException.WithoutParameter(refusal)}{(stated is null ? LengthUnknown : string.Empty)}");
            }

            target.Commit();
            session.Message($"{to}: {codes.Codebooks} codebooks x {codes.Frames} frames, {samples} samples ({codec.Name})");
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec codes import codes.npy out.ecdc --model encodec_24khz", "codes [codebooks, frames] of any integer type"));
    }

    /// <exception cref="UsageException">Nobody says which model the codes are of, or it is not known here.</exception>
    private static CodecInfo FindCodec(CodeArray codes, CodecOptions options)
    {
        using var codecs = new CodecProvider(options);
        string name = options.Model ?? (codes.Model is { Length: > 0 } stated ? stated : null)
            ?? throw new UsageException("The file does not say which model its codes belong to; name it with --model or --checkpoint.");
        return (options.Model is null ? codecs.FindInfoOfStream(name) : codecs.FindInfo(name))
            ?? throw new UsageException($"Model '{name}' is not known here; name its checkpoint with --checkpoint.");
    }
}
