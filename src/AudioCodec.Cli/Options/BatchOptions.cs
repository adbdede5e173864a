using System.CommandLine;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>The inputs of a command that takes files and folders, and how many are processed at once.</summary>
internal sealed class BatchOptions
{
    private readonly Argument<string[]> _inputs;

    private readonly Option<int?> _jobs = new("--jobs", "-j")
    {
        Description = "Files processed at once when there are several; the number of cores by default.",
        HelpName = "n",
    };

    /// <summary>Options whose inputs are described by <paramref name="description"/>.</summary>
    public BatchOptions(string description) => _inputs = new Argument<string[]>("input")
    {
        Description = description,
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Adds argument and option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_inputs);
        command.Options.Add(_jobs);
    }

    /// <summary>The inputs as typed.</summary>
    public IReadOnlyList<string> Inputs(ParseResult parseResult) => parseResult.GetRequiredValue(_inputs);

    /// <summary>Files to process at once.</summary>
    /// <exception cref="UsageException">The number is below 1.</exception>
    public int Jobs(ParseResult parseResult) => parseResult.GetValue(_jobs) switch
    {
        null => Environment.ProcessorCount,
        < 1 => throw new UsageException("--jobs needs at least 1."),
        int jobs => jobs,
    };
}
