using System.CommandLine;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>The options that choose a part of a recording.</summary>
/// <param name="verb">What is done with the part, for the descriptions.</param>
internal sealed class ExcerptOptions(string verb)
{
    private readonly Option<double> _start = new Option<double>("--start")
    {
        Description = $"First second to {verb}; the beginning by default.",
        HelpName = "seconds",
        DefaultValueFactory = _ => 0,
    }.Strict();

    private readonly Option<double?> _duration = new Option<double?>("--duration")
    {
        Description = $"Seconds to {verb}; all by default.",
        HelpName = "seconds",
    }.Strict();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_start);
        command.Options.Add(_duration);
    }

    /// <summary>What the user asked for.</summary>
    /// <exception cref="UsageException">A number is negative or no number.</exception>
    public Excerpt Read(ParseResult parseResult)
    {
        double start = parseResult.GetValue(_start);
        double? duration = parseResult.GetValue(_duration);
        if (start is not (>= 0 and < Excerpt.MostSeconds))
        {
            throw new UsageException($"--start {start}: seconds from 0 on and below {Excerpt.MostSeconds} are expected.");
        }

        return duration is null or (> 0 and < Excerpt.MostSeconds)
            ? new Excerpt(start, duration)
            : throw new UsageException($"--duration {duration}: seconds above 0 and below {Excerpt.MostSeconds} are expected.");
    }
}
