using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec trim</c>: cuts a part out of a file without encoding anything again.</summary>
internal static class TrimCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = ".ecdc file, or - for standard input." };
        var excerpt = new ExcerptOptions("keep");
        var output = new OutputOptions(OutputOptions.OfOne, required: true);
        var edit = new EditOptions();
        var command = new Command("trim", "Cut a part out of an .ecdc file without re-encoding; the part is of version 1.");
        command.Arguments.Add(input);
        excerpt.AddTo(command);
        output.AddTo(command);
        edit.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            string path = output.Path(parseResult)!; // The option is required.
            Excerpt part = excerpt.Read(parseResult);
            OutputSuffix.RequireCompressed(path);
            OutputFolder.Prepare(parseResult.GetRequiredValue(input), path, output.Force(parseResult));
            CodecOptions options = edit.Read(parseResult);
            using var codecs = new CodecProvider(options);
            using EcdcFile file = await edit.OpenAsync(parseResult, codecs, options, parseResult.GetRequiredValue(input), cancellationToken).ConfigureAwait(false);
            SampleRange range = part.In(file.Info.LengthSamples, file.Info.SampleRateHz);
            using OutputTarget target = OutputTarget.Open(session, path, output.Force(parseResult));
            file.CopyPart(range.Start, range.Length, target.Stream);
            target.Commit();
            EditOptions.WarnOfDamage(session, file, parseResult.GetRequiredValue(input));
            session.Message($"{path}: {(double)range.Length / file.Info.SampleRateHz:0.00} s ({file.Info.Model})");
            return ExitCodes.Success;
        });
        return command.WithExamples(("audiocodec trim talk.ecdc --start 60 --duration 30 -o part.ecdc", "half a minute from the second minute"));
    }
}
