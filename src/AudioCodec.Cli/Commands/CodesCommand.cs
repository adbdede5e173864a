using System.CommandLine;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.CodeFiles;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Codecs;
using AudioCodec.Compression;
using AudioCodec.Entropy;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec codes</c>: the codes of <c>.ecdc</c> files as arrays, and back.</summary>
internal static class CodesCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var command = new Command("codes", "Export the codes of an .ecdc file as an array, or import them.");
        command.Subcommands.Add(CreateExport());
        command.Subcommands.Add(CreateImport());
        return command.WithExamples(
            ("audiocodec codes export speech.ecdc codes.npy", "uint16 array [codebooks, frames] for numpy"),
            ("audiocodec codes import codes.npy speech.ecdc --model encodec_24khz", "and back"));
    }

    private static Command CreateExport()
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
        command.SetAction(parseResult =>
        {
            CliSession session = CliSession.Of(parseResult);
            ModelRequest request = model.Read(parseResult);
            string path = parseResult.GetRequiredValue(output);
            ICodeFormat format = CodeFormats.For(path);
            TemporaryOutput.Check(path, force.Force(parseResult));
            using var source = new EcdcInput(session, parseResult.GetRequiredValue(input));
            CodeArray codes = ReadCodes(source, request);
            using var target = new TemporaryOutput(path, force.Force(parseResult));
            format.Write(target.Stream, codes, path);
            target.Commit();
            session.Message($"{path}: {codes.Codebooks} codebooks x {codes.Frames} frames, {codes.Segments.Count} segment(s)");
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec codes export speech.ecdc codes.npy", "one array [codebooks, frames]"),
            ("audiocodec codes export music.ecdc codes.safetensors", "one array and scale per segment, with the model's name and the length"));
    }

    private static CodeArray ReadCodes(EcdcInput source, ModelRequest request)
    {
        FileStream stream = source.OpenBytes();
        byte version = EcdcMagic.ReadVersion(stream);
        stream.Position = 0;
        if (version == 0)
        {
            using IEcdcReader reader = EcdcFile.OpenVersion0(
                stream, name => StreamGeometry.Find(name, request), name => new ModelProvider(request).ForStream(name).LanguageModel);
            return CodeArray.Read(reader);
        }

        using EcdcV1Reader file = EcdcV1Reader.Open(stream, leaveOpen: true);
        EntropyModel? languageModel = file.Header.CoderFingerprint.IsEmpty
            ? null
            : new ModelProvider(request).ForStream(file.Header.Geometry.Model).LanguageModel
                ?? throw new UsageException($"The codes are entropy-coded; the language model of '{file.Header.Geometry.Model}' is not at hand.");
        if (file.Stretches.Count > 1 || file.Stretches.Any(stretch => stretch.SkipSamples > 0))
        {
            throw new UsageException("The file was joined or cut: its codes are not those of one piece of audio. Export the original files.");
        }

        stream.Position = 0;
        var options = new EcdcV1ReadOptions { Coder = languageModel is null ? null : new EntropyChunkCoder(languageModel) };
        using EcdcV1Reader coded = EcdcV1Reader.Open(stream, options);
        return coded.Stretches.Count == 0
            ? new CodeArray(coded.Header.Geometry.Model, 0, coded.Header.Codebooks, coded.Header.Geometry.HasScale, [])
            : CodeArray.Read(coded.OpenStretch(0));
    }

    private static Command CreateImport()
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
            CodeArray codes = CodeFormats.For(from).Read(from);
            EcdcGeometry geometry = GeometryFor(codes, model.Read(parseResult));
            long samples = parseResult.GetValue(length) ?? codes.LengthSamples ?? codes.Frames * geometry.HopSamples;
            codes.RequireFit(geometry, samples, from);
            using OutputTarget target = OutputTarget.Open(session, parseResult.GetRequiredValue(output), force.Force(parseResult));
            using (var writer = new EcdcV0Writer(target.Stream, geometry, samples, codes.Codebooks, leaveOpen: true))
            {
                foreach (CodeSegment segment in codes.Segments)
                {
                    writer.BeginSegment(segment.Scale);
                    writer.WriteFrames(segment.Codes);
                }

                writer.Complete();
            }

            target.Commit();
            session.Message($"{parseResult.GetRequiredValue(output)}: {codes.Codebooks} codebooks x {codes.Frames} frames, {samples} samples ({geometry.Model})");
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec codes import codes.npy out.ecdc --model encodec_24khz", "codes [codebooks, frames] of any integer type"));
    }

    private static EcdcGeometry GeometryFor(CodeArray codes, ModelRequest request)
    {
        string name = request.Name ?? codes.Model ?? string.Empty;
        if (name.Length == 0 && request.CheckpointPath is null)
        {
            throw new UsageException("The file does not say which model its codes belong to; name it with --model or --checkpoint.");
        }

        return StreamGeometry.FindByRequest(name, request)
            ?? throw new UsageException($"Model '{name}' is not known here; name its checkpoint with --checkpoint.");
    }
}
