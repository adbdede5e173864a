using System.CommandLine;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec cat</c> and <c>trim</c>: join and cut version-1 files without encoding anything again.</summary>
internal static class EditCommands
{
    /// <summary>Seconds of codes kept before a cut, for the decoder to warm up; they are not heard.</summary>
    private const double WarmUpSeconds = Compression.EcdcV1AudioSource.WarmUpSeconds;

    /// <summary>Builds <c>cat</c>.</summary>
    public static Command CreateCat()
    {
        var inputs = new Argument<string[]>("input") { Description = "Version-1 .ecdc files of one model.", Arity = ArgumentArity.OneOrMore };
        var output = new OutputOptions(OutputOptions.OfOne, required: true);
        var command = new Command("cat", "Join .ecdc files (version 1) without re-encoding.");
        command.Arguments.Add(inputs);
        output.AddTo(command);
        command.SetAction(parseResult =>
        {
            CliSession session = CliSession.Of(parseResult);
            string path = output.Path(parseResult)!; // The option is required.
            var readers = new List<EcdcV1Reader>();
            try
            {
                readers.AddRange(parseResult.GetRequiredValue(inputs).Select(Open));
                using OutputTarget target = OutputTarget.Open(session, path, output.Force(parseResult));
                Edit(() => EcdcV1Editor.Concat(readers, target.Stream));
                target.Commit();
                session.Message(Describe(path, readers.Sum(reader => reader.LengthSamples), readers[0].Header.Geometry));
            }
            finally
            {
                readers.ForEach(reader => reader.Dispose());
            }

            return ExitCodes.Success;
        });
        return command.WithExamples(("audiocodec cat part1.ecdc part2.ecdc -o whole.ecdc", "plays one after the other, sample for sample"));
    }

    /// <summary>Builds <c>trim</c>.</summary>
    public static Command CreateTrim()
    {
        var input = new Argument<string>("input") { Description = "Version-1 .ecdc file, or - for standard input." };
        var excerpt = new ExcerptOptions("keep");
        var output = new OutputOptions(OutputOptions.OfOne, required: true);
        var command = new Command("trim", "Cut a part out of an .ecdc file (version 1) without re-encoding.");
        command.Arguments.Add(input);
        excerpt.AddTo(command);
        output.AddTo(command);
        command.SetAction(parseResult =>
        {
            CliSession session = CliSession.Of(parseResult);
            string path = output.Path(parseResult)!; // The option is required.
            using var source = new EcdcInput(session, parseResult.GetRequiredValue(input));
            using EcdcV1Reader reader = EcdcV1Reader.Open(source.OpenBytes());
            EcdcGeometry geometry = reader.Header.Geometry;
            SampleRange range = excerpt.Read(parseResult).In(reader.LengthSamples, geometry.SampleRateHz);
            int warmUpFrames = geometry.SegmentSamples is null ? (int)Math.Ceiling(WarmUpSeconds * geometry.FrameRateHz) : 0;
            using OutputTarget target = OutputTarget.Open(session, path, output.Force(parseResult));
            Edit(() => EcdcV1Editor.Trim(reader, range.Start, range.Length, warmUpFrames, target.Stream));
            target.Commit();
            session.Message(Describe(path, range.Length, geometry));
            return ExitCodes.Success;
        });
        return command.WithExamples(("audiocodec trim talk.ecdc --start 60 --duration 30 -o part.ecdc", "half a minute from the second minute"));
    }

    /// <exception cref="BitstreamException">The file is damaged or of another version; the message names it, since there are several.</exception>
    private static EcdcV1Reader Open(string input)
    {
        FileStream stream = File.OpenRead(input);
        try
        {
            return EcdcV1Reader.Open(stream);
        }
        catch (BitstreamException exception)
        {
            stream.Dispose();
            throw new BitstreamException($"{input}: {exception.Message}", exception.Offset, exception.Field, exception);
        }
    }

    private static string Describe(string path, long samples, EcdcGeometry geometry) =>
        $"{path}: {(double)samples / geometry.SampleRateHz:0.00} s ({geometry.Model})";

    /// <summary>Files that do not go together are the user's mistake.</summary>
    private static void Edit(Action edit)
    {
        try
        {
            edit();
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
