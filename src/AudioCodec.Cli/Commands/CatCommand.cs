using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec cat</c>: joins files without encoding anything again.</summary>
internal static class CatCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var inputs = new Argument<string[]>("input") { Description = ".ecdc files of one model; one of them may be - for standard input.", Arity = ArgumentArity.OneOrMore };
        var output = new OutputOptions(OutputOptions.OfOne, required: true);
        var edit = new EditOptions();
        var command = new Command("cat", "Join .ecdc files without re-encoding; the result is of version 1.");
        command.Arguments.Add(inputs);
        output.AddTo(command);
        edit.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            string path = output.Path(parseResult)!; // The option is required.
            CodecOptions options = edit.Read(parseResult);
            using var codecs = new CodecProvider(options);
            var files = new List<EcdcFile>();
            try
            {
                OutputSuffix.RequireCompressed(path);
                OutputFolder.Prepare(parseResult.GetRequiredValue(inputs), path, output.Force(parseResult));
                foreach (string input in parseResult.GetRequiredValue(inputs))
                {
                    files.Add(await Named(input, () => edit.OpenAsync(parseResult, codecs, options, input, cancellationToken)).ConfigureAwait(false));
                }

                using OutputTarget target = OutputTarget.Open(session, path, output.Force(parseResult));
                Join(files, target.Stream);
                target.Commit();
                foreach ((string input, EcdcFile file) in parseResult.GetRequiredValue(inputs).Zip(files))
                {
                    EditOptions.WarnOfDamage(session, file, input);
                    if (file.Tags.Except(files[0].Tags).ToArray() is { Length: > 0 } dropped)
                    {
                        session.Warning($"{input}: {path} has the tags of the first file; left out: {string.Join(", ", dropped.Select(tag => Messages.Plain($"{tag.Key}={tag.Value}")))}");
                    }
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
        return command.WithExamples(
            ("audiocodec cat part1.ecdc part2.ecdc -o whole.ecdc", "plays one after the other, sample for sample"),
            ("audiocodec cat old.ecdc -o new.ecdc --format 1", "a file of version 0 in version 1, its codes unchanged"));
    }

    /// <exception cref="BitstreamException">The file is damaged or of another model; the message names it, since there are several.</exception>
    private static async Task<EcdcFile> Named(string input, Func<Task<EcdcFile>> open)
    {
        try
        {
            return await open().ConfigureAwait(false);
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
