using System.CommandLine;
using AudioCodec.Cli.CodeFiles;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec codes export</c>: the codes of an <c>.ecdc</c> file as an array.</summary>
internal static class CodesExportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = ".ecdc file, or - for standard input." };
        var output = new Argument<string?>("output")
        {
            Description = ".safetensors file, which says whose codes they are, or .npy file, which does not; the input's name with .safetensors by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var force = new OutputOptions();
        var model = new ModelOptions(ModelOptions.ForStreams);
        var command = new Command("export", "Write the codes as .safetensors, with model, fingerprint and length, or as .npy (models without segments).");
        command.Arguments.Add(input);
        command.Arguments.Add(output);
        force.AddForceTo(command);
        model.AddTo(command, ModelParts.LanguageModel);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            string from = parseResult.GetRequiredValue(input);
            string path = parseResult.GetValue(output) ?? (from != CliSession.Pipe
                ? Path.ChangeExtension(from, CodeFormats.DefaultExtension)
                : throw new UsageException("The codes of standard input need a name: audiocodec codes export - codes.safetensors."));
            ICodeFormat format = CodeFormats.For(path);
            OutputFolder.Prepare(from, path, force.Force(parseResult));
            CodecOptions options = model.Read(parseResult);
            using var codecs = new CodecProvider(options);
            using EcdcFile file = codecs.Open(
                await EcdcInput.OpenAsync(session, from, cancellationToken).ConfigureAwait(false),
                new EcdcOpenOptions { Model = options.Model });
            CodeArray codes = CodeArray.Read(file, cancellationToken);
            using OutputTarget target = OutputTarget.Open(session, path, force.Force(parseResult));
            format.Write(target.Stream, codes, path);
            target.Commit();
            session.Message($"{path}: {Messages.Count(codes.Codebooks, "codebook")} x {Messages.Count(codes.Frames, "frame")}, {Messages.Count(codes.Segments.Count, "segment")}");
            if (CodeFormats.Caution(path) is string caution)
            {
                session.Message(caution);
            }

            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec codes export speech.ecdc", "speech.safetensors: an array [codebooks, frames] per segment, with model, fingerprint and length"),
            ("audiocodec codes export speech.ecdc codes.npy", "one bare array for numpy; import needs --model then"));
    }
}
