using System.CommandLine;
using AudioCodec.Cli.Session;
using AudioCodec.Models;

namespace AudioCodec.Cli.Options;

/// <summary>The arguments of <c>audiocodec evaluate generator</c>.</summary>
internal sealed class EvaluateGeneratorOptions
{
    private readonly Option<string> _samples = new("--samples-folder")
    {
        Description = "Folder of sounds to judge, with samples.jsonl (lines with path, prompt, label), or with a folder for each label.",
        HelpName = "folder",
        Required = true,
    };

    private readonly Option<string> _judge = new("--judge")
    {
        Description = "Classifier that judges: a catalogue name or a folder.",
        HelpName = "model",
        DefaultValueFactory = _ => ModelCatalogue.BundledJudge,
    };

    private readonly Option<string?> _data = new("--data", "-d")
    {
        Description = "Manifest of recordings with labels: adds rows of recordings, KL, FAD and the nearest training recording.",
        HelpName = "manifest",
    };

    private readonly Option<string> _split = new("--split") { Description = "The manifest's lines that sounds are compared with.", HelpName = "name", DefaultValueFactory = _ => "valid" };

    private readonly Option<string> _referenceSplit = new("--reference-split")
    {
        Description = "The manifest's lines that the generator was trained on: FAD is the distance to them, and copies of them are found.",
        HelpName = "name",
        DefaultValueFactory = _ => "train",
    };

    private readonly Option<string?> _codec = new("--codec")
    {
        Description = "Codec of the row of recordings through the codec: a catalogue name or a folder; the bundled one by default.",
        HelpName = "model",
    };

    private readonly Option<double> _bandwidth = new("--bandwidth", "-b")
    {
        Description = "Bandwidth of the recordings through the codec, kbit/s: that of the generator's tokens.",
        HelpName = "kbps",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<int> _threads = new("--threads") { Description = "Threads of the codec.", HelpName = "n", DefaultValueFactory = _ => Environment.ProcessorCount };

    private readonly Option<long> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "n", DefaultValueFactory = _ => 1 };

    private readonly Option<string?> _html = new("--html") { Description = "Write a self-contained page with tables, spectrograms and players here.", HelpName = "path" };

    private readonly Option<bool> _force = new("--force", "-f") { Description = "Replace an existing page." };

    /// <summary>Adds the arguments to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _samples, _judge, _data, _split, _referenceSplit, _codec, _bandwidth, _threads, _seed, _html, _force })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the user asked for.</summary>
    /// <exception cref="UsageException">A number is out of range.</exception>
    public EvaluateGeneratorRequest Read(ParseResult parseResult)
    {
        int threads = parseResult.GetValue(_threads);
        return threads < 1
            ? throw new UsageException($"--threads {threads}: at least 1 is needed.")
            : new EvaluateGeneratorRequest
            {
                SamplesFolder = parseResult.GetRequiredValue(_samples),
                Judge = parseResult.GetRequiredValue(_judge),
                Data = parseResult.GetValue(_data),
                Split = parseResult.GetRequiredValue(_split),
                ReferenceSplit = parseResult.GetRequiredValue(_referenceSplit),
                Codec = parseResult.GetValue(_codec),
                BandwidthKbps = parseResult.GetValue(_bandwidth),
                Threads = threads,
                Seed = parseResult.GetValue(_seed),
                HtmlPath = parseResult.GetValue(_html),
                Force = parseResult.GetValue(_force),
            };
    }
}
