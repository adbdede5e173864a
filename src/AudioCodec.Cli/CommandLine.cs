using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;
using AudioCodec.Cli.Commands;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli;

/// <summary>The command tree, and the one place where failures become messages and exit codes.</summary>
internal static partial class CommandLine
{
    private static readonly Option<bool> s_verbose = new("--verbose")
    {
        Description = "Show the stack trace of an error.",
        Recursive = true,
    };

    /// <summary>Parses and runs a command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliSession session, CancellationToken cancellationToken)
    {
        session.Stopping = cancellationToken;
        RootCommand root = CreateRoot();
        arguments = ConvertCommand.Route(root, arguments);

        // A file's name may begin with @, which would make it a list of further arguments.
        ParseResult parseResult = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        bool asksForHelp = parseResult.Action is not null and not ParseErrorAction && parseResult.Errors.Count > 0;
        if (!asksForHelp && UnknownOption.Describe(parseResult, arguments) is string unknown)
        {
            session.Message($"error: {unknown}");
            session.Message($"Try '{PathOf(parseResult.CommandResult.Command)} --help'.");
            return ExitCodes.Usage;
        }

        if (parseResult.Action is ParseErrorAction)
        {
            foreach (string message in parseResult.Errors.Select(error => error.Message).Distinct())
            {
                session.Message($"error: {Readable(message)}");
            }

            session.Message($"Try '{PathOf(parseResult.CommandResult.Command)} --help'.");
            return ExitCodes.Usage;
        }

        try
        {
            return await parseResult.InvokeAsync(session, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            session.Message($"error: {FailureReport.Describe(exception, parseResult.GetValue(s_verbose))}");
            return FailureReport.ExitCodeOf(exception);
        }
    }

    /// <summary>The tree of commands.</summary>
    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("Compress and decompress audio with a neural codec (.ecdc files).");
        root.Options.Add(s_verbose);
        root.WithExamples(
            ("audiocodec speech.wav", "compress to speech.ecdc at 6 kbit/s"),
            ("audiocodec -b 12 music.flac music.ecdc", "compress at 12 kbit/s"),
            ("audiocodec speech.ecdc", "decompress to speech_decompressed.wav"),
            ("audiocodec in.wav out.wav", "compress and decompress in one go, to hear what a bandwidth sounds like"));

        root.Subcommands.Add(ConvertCommand.Create());
        root.Subcommands.Add(CompressCommand.Create());
        root.Subcommands.Add(DecompressCommand.Create());
        root.Subcommands.Add(RoundTripCommand.Create());
        root.Subcommands.Add(CompareCommand.Create());
        root.Subcommands.Add(StudioCommand.Create());
        root.Subcommands.Add(GenerateCommand.Create());
        root.Subcommands.Add(EvaluateCommand.Create());
        root.Subcommands.Add(InfoCommand.Create());
        root.Subcommands.Add(VerifyCommand.Create());
        root.Subcommands.Add(CatCommand.Create());
        root.Subcommands.Add(TrimCommand.Create());
        root.Subcommands.Add(ModelsCommand.Create());
        root.Subcommands.Add(CodesCommand.Create());
        root.Subcommands.Add(ExportCommand.Create());
        root.Subcommands.Add(TrainCommand.Create());
        root.Subcommands.Add(TokenizeCommand.Create());
        root.Subcommands.Add(TorchCommand.Create());

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        if (help.Action is HelpAction standard)
        {
            help.Action = new HelpWithExamples(standard);
        }

        root.SetAction(parseResult => new HelpWithExamples(new HelpAction()).Invoke(parseResult));
        return root;
    }

    /// <summary>The parser names .NET's types; a user is told what to type.</summary>
    private static string Readable(string message) =>
        ExpectedTypePattern().Replace(message, match => match.Groups[1].Value is "Int32" or "Int64" ? ": a whole number is expected." : ": a number is expected.");

    [GeneratedRegex(@" as expected type 'System\.(?:Nullable`1\[System\.)?(Int32|Int64|Double)\]?'\.?")]
    private static partial Regex ExpectedTypePattern();

    private static string PathOf(Command command)
    {
        Command? parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? "audiocodec" : command.Hidden ? PathOf(parent) : $"{PathOf(parent)} {command.Name}";
    }
}
