using System.CommandLine;
using AudioCodec.Cli.Session;
using AudioCodec.Models;

namespace AudioCodec.Cli.Options;

/// <summary>The arguments of <c>audiocodec evaluate generator</c>.</summary>
internal sealed class EvaluateGeneratorOptions
{
    private readonly Option<string?> _folder = new("--samples-folder")
    {
        Description = "Judge the sounds of this folder instead of making some: with samples.jsonl (lines with path, prompt, label), or with a folder for each label.",
        HelpName = "folder",
    };

    private readonly Option<string?> _model = new("--model")
    {
        Description = "Generator to judge: a catalogue name or a folder; the bundled one by default.",
        HelpName = "model",
    };

    private readonly Option<string?> _textEncoder = new("--text-encoder") { Description = "Text encoder to use instead of the generator's own: a name or a folder.", HelpName = "model" };

    private readonly Option<int> _samples = new("--samples") { Description = "Sounds to make, the labels in turn.", HelpName = "n", DefaultValueFactory = _ => 300 };

    private readonly Option<string?> _prompts = new("--prompts")
    {
        Description = "Prompts to draw from: JSON lines with prompt and label. By default the captions of --data, else a list of its own for the classes of ESC-10.",
        HelpName = "file",
    };

    private readonly Option<double?> _duration = new Option<double?>("--duration") { Description = "Length of a sound; the model's default where it is not given.", HelpName = "s" }.Strict();

    private readonly Option<double?> _guidance = new Option<double?>("--guidance") { Description = "Scale of the guidance by the text; the model's default where it is not given.", HelpName = "scale" }.Strict();

    private readonly Option<double?> _temperature = new Option<double?>("--temperature") { Description = "Divisor of the logits; the model's default where it is not given.", HelpName = "t" }.Strict();

    private readonly Option<int?> _topK = new("--top-k") { Description = "Codes to draw from; the model's default where it is not given.", HelpName = "n" };

    private readonly Option<int> _batch = new("--batch") { Description = "Sounds made side by side.", HelpName = "n", DefaultValueFactory = _ => 10 };

    private readonly Option<string?> _keep = new("--keep") { Description = "Also write the sounds into this folder, as --samples-folder takes it.", HelpName = "folder" };

    private readonly Option<string> _judge = new("--judge")
    {
        Description = "Classifier that judges: a catalogue name or a folder.",
        HelpName = "model",
        DefaultValueFactory = _ => ModelCatalogue.BundledJudge,
    };

    private readonly Option<string?> _data = new("--data", "-d")
    {
        Description = "Manifest of recordings with labels, or a folder with a subfolder for each label: adds rows of recordings, KL, FAD and the nearest training recording.",
        HelpName = "path",
    };

    private readonly Option<string> _split = new("--split") { Description = "The manifest's lines, or the folder's subfolder, that sounds are compared with.", HelpName = "name", DefaultValueFactory = _ => "valid" };

    private readonly Option<string> _referenceSplit = new("--reference-split")
    {
        Description = "The manifest's lines that the generator was trained on: copies of them are found.",
        HelpName = "name",
        DefaultValueFactory = _ => "train",
    };

    private readonly Option<string?> _codec = new("--codec")
    {
        Description = "Codec of the row of recordings through the codec: a catalogue name or a folder; the bundled one by default.",
        HelpName = "model",
    };

    private readonly Option<double> _bandwidth = new Option<double>("--bandwidth", "-b")
    {
        Description = "Bandwidth of the recordings through the codec, kbit/s: that of the generator's tokens.",
        HelpName = "kbps",
        DefaultValueFactory = _ => 3,
    }.Strict();

    private readonly Option<int> _threads = new("--threads") { Description = "Threads of the codec.", HelpName = "n", DefaultValueFactory = _ => Environment.ProcessorCount };

    private readonly Option<long> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "n", DefaultValueFactory = _ => 1 };

    private readonly Option<string?> _html = new("--html") { Description = "Write a self-contained page with tables, spectrograms and players here.", HelpName = "path" };

    private readonly Option<bool> _force = new("--force", "-f") { Description = "Replace an existing page." };

    /// <summary>Adds the arguments to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _folder, _model, _textEncoder, _samples, _prompts, _duration, _guidance, _temperature, _topK, _batch, _keep, _judge, _data, _split, _referenceSplit, _codec, _bandwidth, _threads, _seed, _html, _force })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the user asked for.</summary>
    /// <exception cref="UsageException">A number is out of range.</exception>
    public EvaluateGeneratorRequest Read(ParseResult parseResult)
    {
        int threads = parseResult.GetValue(_threads), samples = parseResult.GetValue(_samples), batch = parseResult.GetValue(_batch);
        double? seconds = parseResult.GetValue(_duration);
        if (threads < 1 || samples < 1 || batch < 1 || seconds is <= 0 or > 3600 or double.NaN)
        {
            throw new UsageException("--threads, --samples and --batch must be at least 1, --duration above 0 to 3600.");
        }

        string? folder = parseResult.GetValue(_folder), model = parseResult.GetValue(_model);
        long seed = parseResult.GetValue(_seed);
        return folder is not null && model is not null
            ? throw new UsageException("--samples-folder judges sounds that are there, --model makes some: give one of them.")
            : new EvaluateGeneratorRequest
            {
                SamplesFolder = folder,
                Model = model,
                TextEncoder = parseResult.GetValue(_textEncoder),
                Samples = samples,
                Prompts = parseResult.GetValue(_prompts),
                Generation = new GenerationOptions
                {
                    Duration = seconds is double length ? TimeSpan.FromSeconds(length) : null,
                    Guidance = parseResult.GetValue(_guidance),
                    Temperature = parseResult.GetValue(_temperature),
                    TopK = parseResult.GetValue(_topK),
                    Seed = seed,
                    BatchSize = batch,
                },
                Keep = parseResult.GetValue(_keep),
                Judge = parseResult.GetRequiredValue(_judge),
                Data = parseResult.GetValue(_data),
                Split = parseResult.GetRequiredValue(_split),
                ReferenceSplit = parseResult.GetRequiredValue(_referenceSplit),
                Codec = parseResult.GetValue(_codec),
                BandwidthKbps = parseResult.GetValue(_bandwidth),
                Threads = threads,
                Seed = seed,
                HtmlPath = parseResult.GetValue(_html),
                Force = parseResult.GetValue(_force),
            };
    }
}
