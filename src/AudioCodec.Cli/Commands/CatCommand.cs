using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec cat</c>: joins version-1 files without encoding anything again.</summary>
internal static class CatCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var inputs = new Argument<string[]>("input") { Description = "Version-1 .ecdc files of one model; one of them may be - for standard input.", Arity = ArgumentArity.OneOrMore };
        var output = new OutputOptions(OutputOptions.OfOne, required: true);
        var command = new Command("cat", "Join .ecdc files (version 1) without re-encoding.");
        command.Arguments.Add(inputs);
        output.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            string path = output.Path(parseResult)!; // The option is required.
            using var codecs = new CodecProvider();
            var files = new List<EcdcFile>();
            try
            {
                OutputSuffix.RequireCompressed(path);
                OutputFolder.Prepare(parseResult.GetRequiredValue(inputs), path, output.Force(parseResult));
                foreach (string input in parseResult.GetRequiredValue(inputs))
                {
                    Stream stream = await EcdcInput.OpenAsync(session, input, cancellationToken).ConfigureAwait(false);
                    files.Add(Open(codecs, stream, input));
                }

                using OutputTarget target = OutputTarget.Open(session, path, output.Force(parseResult));
                Join(files, target.Stream);
                target.Commit();
                if (files.Skip(1).Any(file => !file.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).SequenceEqual(files[0].Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))))
                {
                    session.Warning($"{path}: it has the tags of the first file; those of the others were left out.");
                }

                double seconds = files.Sum(file => file.Duration.TotalSeconds);
                session.Message($"{path}: {seconds:0.00} s ({files[0].Info.Model})");
            }
            finally
            {
                files.ForEach(file => file.Dispose());
            }

            return ExitCodes.Success;
        });
        return command.WithExamples(("audiocodec cat part1.ecdc part2.ecdc -o whole.ecdc", "plays one after the other, sample for sample"));
    }

    /// <exception cref="BitstreamException">The file is damaged or of another version; the message names it, since there are several.</exception>
    private static EcdcFile Open(CodecProvider codecs, Stream stream, string input)
    {
        try
        {
            EcdcFile file = codecs.Open(stream);
            if (file.Info.FormatVersion == 1)
            {
                return file;
            }

            file.Dispose();
            throw new BitstreamException("The file is .ecdc version 0, which cannot be joined without encoding it again; version 1 is needed here.", 4, "version");
        }
        catch (BitstreamException exception)
        {
            throw new BitstreamException($"{input}: {exception.Message}", exception.Offset, exception.Field, exception);
        }
    }

    /// <exception cref="UsageException">The files do not go together.</exception>
    private static void Join(IReadOnlyList<EcdcFile> files, Stream output)
    {
        try
        {
            EcdcFile.Join(files, output);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception);
        }
    }
}
