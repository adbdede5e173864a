using System.CommandLine;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>The options that say how sound is made from a text.</summary>
internal sealed class GenerateOptions
{
    private readonly Option<double?> _duration = new Option<double?>("--duration", "-d")
    {
        Description = "Length of the result in seconds, that of a clip to go on from included; the model's default otherwise. Beyond the model's window it is made window by window.",
        HelpName = "s",
    }.Strict();

    private readonly Option<double?> _guidance = new Option<double?>("--guidance", "-g")
    {
        Description = "How much the text counts: 1 for no guidance, which is twice as fast; 3 by default.",
        HelpName = "scale",
    }.Strict();

    private readonly Option<double?> _temperature = new Option<double?>("--temperature", "-t") { Description = "Lower is safer, higher more varied; 1 by default.", HelpName = "t" }.Strict();

    private readonly Option<int?> _topK = new("--top-k") { Description = "Draw from the k most probable codes; 250 by default, 0 for all.", HelpName = "k" };

    private readonly Option<double?> _topP = new Option<double?>("--top-p") { Description = "Draw from the most probable codes that have this probability together, in place of --top-k.", HelpName = "p" }.Strict();

    private readonly Option<long?> _seed = new("--seed", "-s") { Description = "The same number gives the same sound; drawn by chance and told otherwise.", HelpName = "n" };

    private readonly Option<int> _takes = new("--takes", "-n") { Description = "Variants of each prompt, in numbered files.", HelpName = "n", DefaultValueFactory = _ => 1 };

    private readonly Option<int> _batch = new("--batch") { Description = "Takes made side by side: more need less time each, and more memory.", HelpName = "n", DefaultValueFactory = _ => 8 };

    private readonly Option<bool> _greedy = new("--greedy") { Description = "Take the most probable code each time, for comparisons with other programs." };

    private readonly Option<string?> _negative = new("--negative") { Description = "What the sound should not be.", HelpName = "text" };

    private readonly Option<double?> _stride = new Option<double?>("--stride")
    {
        Description = "Seconds that each window adds where the result is longer than the model's window; the model's default otherwise.",
        HelpName = "s",
    }.Strict();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _duration, _guidance, _temperature, _topK, _topP, _seed, _takes, _batch, _greedy, _negative, _stride })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the user asked for; what is not said is chosen by the model.</summary>
    /// <exception cref="UsageException">A number is out of range, or options exclude each other.</exception>
    public GenerationOptions Read(ParseResult parseResult)
    {
        bool greedy = parseResult.GetValue(_greedy);
        double? temperature = parseResult.GetValue(_temperature);
        if (greedy && (temperature ?? parseResult.GetValue(_topK) ?? parseResult.GetValue(_topP)) is not null)
        {
            throw new UsageException("--greedy takes the most probable code; it cannot go with --temperature, --top-k or --top-p.");
        }

        return new GenerationOptions
        {
            Duration = Time(parseResult, _duration),
            Guidance = parseResult.GetValue(_guidance),
            Temperature = temperature,
            TopK = parseResult.GetValue(_topK),
            TopP = parseResult.GetValue(_topP),
            Greedy = greedy,
            Seed = parseResult.GetValue(_seed),
            Takes = AtLeastOne(parseResult, _takes),
            BatchSize = AtLeastOne(parseResult, _batch),
            NegativePrompt = parseResult.GetValue(_negative),
            Stride = Time(parseResult, _stride),
        };
    }

    private static int AtLeastOne(ParseResult parseResult, Option<int> option) => parseResult.GetValue(option) is int number and >= 1
        ? number
        : throw new UsageException($"{option.Name} {parseResult.GetValue(option)}: at least 1 is needed.");

    private static TimeSpan? Time(ParseResult parseResult, Option<double?> option) => parseResult.GetValue(option) switch
    {
        null => null,
        double seconds and > 0 and < Excerpt.MostSeconds => TimeSpan.FromSeconds(seconds),
        double seconds => throw new UsageException($"{option.Name} {seconds}: a number of seconds above 0 and below {Excerpt.MostSeconds} is expected."),
    };
}
