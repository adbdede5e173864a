using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec trim</c>: cuts a part out of a version-1 file without encoding anything again.</summary>
internal static class TrimCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "Version-1 .ecdc file, or - for standard input." };
        var excerpt = new ExcerptOptions("keep");
        var output = new OutputOptions(OutputOptions.OfOne, required: true);
        var command = new Command("trim", "Cut a part out of an .ecdc file (version 1) without re-encoding.");
        command.Arguments.Add(input);
        excerpt.AddTo(command);
        output.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            string path = output.Path(parseResult)!; // The option is required.
            Excerpt part = excerpt.Read(parseResult);
            OutputSuffix.RequireCompressed(path);
            OutputFolder.Prepare(parseResult.GetRequiredValue(input), path, output.Force(parseResult));
            using var codecs = new CodecProvider();
            using EcdcFile file = codecs.Open(
                await EcdcInput.OpenAsync(session, parseResult.GetRequiredValue(input), cancellationToken).ConfigureAwait(false));
            SampleRange range = part.In(file.Info.LengthSamples, file.Info.SampleRateHz);
            using OutputTarget target = OutputTarget.Open(session, path, output.Force(parseResult));
            file.CopyPart(range.Start, range.Length, target.Stream);
            target.Commit();
            session.Message($"{path}: {(double)range.Length / file.Info.SampleRateHz:0.00} s ({file.Info.Model})");
            return ExitCodes.Success;
        });
        return command.WithExamples(("audiocodec trim talk.ecdc --start 60 --duration 30 -o part.ecdc", "half a minute from the second minute"));
    }
}
