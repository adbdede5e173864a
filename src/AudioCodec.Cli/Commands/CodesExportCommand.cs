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
        var output = new Argument<string>("output") { Description = ".npy or .safetensors file." };
        var force = new OutputOptions();
        var model = new ModelOptions(ModelOptions.ForStreams);
        var command = new Command("export", "Write the codes as .npy (models without segments) or .safetensors.");
        command.Arguments.Add(input);
        command.Arguments.Add(output);
        force.AddForceTo(command);
        model.AddTo(command, ModelParts.LanguageModel);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            string path = parseResult.GetRequiredValue(output);
            ICodeFormat format = CodeFormats.For(path);
            OutputFolder.Prepare(parseResult.GetRequiredValue(input), path, force.Force(parseResult));
            CodecOptions options = model.Read(parseResult);
            using var codecs = new CodecProvider(options);
            using EcdcFile file = codecs.Open(
                await EcdcInput.OpenAsync(session, parseResult.GetRequiredValue(input), cancellationToken).ConfigureAwait(false),
                new EcdcOpenOptions { Model = options.Model });
            CodeArray codes = CodeArray.Read(file, cancellationToken);
            using OutputTarget target = OutputTarget.Open(session, path, force.Force(parseResult));
            format.Write(target.Stream, codes, path);
            target.Commit();
            session.Message($"{path}: {codes.Codebooks} codebooks x {codes.Frames} frames, {codes.Segments.Count} segment(s)");
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec codes export speech.ecdc codes.npy", "one array [codebooks, frames]"),
            ("audiocodec codes export music.ecdc codes.safetensors", "one array and scale per segment, with the model's name and the length"));
    }
}
