using System.CommandLine;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>The arguments of <c>audiocodec evaluate</c>.</summary>
internal sealed class EvaluateOptions
{
    private readonly Argument<string> _data = new("data")
    {
        Description = "Folder of audio (names of subfolders are the kinds), one audio file, or a manifest: JSON lines with path, kind, split, title.",
    };

    private readonly Option<string?> _split = new("--split") { Description = "Only the manifest's lines of this split, or the folder's subfolder of this name.", HelpName = "name" };

    private readonly Option<string[]> _kinds = new("--kind") { Description = "Only this kind of audio; may be repeated.", HelpName = "name", DefaultValueFactory = _ => [] };

    private readonly Option<int?> _limit = new("--limit") { Description = "At most so many files of each kind, spread over the list.", HelpName = "n" };

    private readonly Option<double?> _maxSeconds = new Option<double?>("--max-seconds") { Description = "Only the first seconds of each file.", HelpName = "s" }.Strict();

    private readonly Option<double[]> _bandwidths = new Option<double[]>("--bandwidth", "-b")
    {
        Description = "Bandwidth in kbit/s; may be repeated; all of the model's by default.",
        HelpName = "kbps",
        DefaultValueFactory = _ => [],
    }.Strict();

    private readonly Option<string?> _entropyModel = new("--lm", "-l")
    {
        Description = "Also measure what this entropy model saves: a catalogue name, or a folder or file of weights.",
        HelpName = "model",
    };

    private readonly Option<bool> _noBaselines = new("--no-baselines") { Description = "Leave out Opus and MP3, which need ffmpeg." };

    private readonly Option<string?> _html = new("--html") { Description = "Write a self-contained page with plots, spectrograms and players here.", HelpName = "path" };

    private readonly Option<string?> _pictures = new("--pictures") { Description = "Write spectrogram pictures of excerpts, and pictures.md that shows them, into this folder.", HelpName = "folder" };

    private readonly Option<int> _examples = new("--examples") { Description = "Excerpts of each kind in the page and as pictures.", HelpName = "n", DefaultValueFactory = _ => 1 };

    private readonly Option<bool> _force = new("--force", "-f") { Description = "Replace an existing page." };

    /// <summary>Adds the arguments to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_data);
        command.Options.Add(_split);
        command.Options.Add(_kinds);
        command.Options.Add(_limit);
        command.Options.Add(_maxSeconds);
        command.Options.Add(_bandwidths);
        command.Options.Add(_entropyModel);
        command.Options.Add(_noBaselines);
        command.Options.Add(_html);
        command.Options.Add(_pictures);
        command.Options.Add(_examples);
        command.Options.Add(_force);
    }

    /// <summary>What the user asked for.</summary>
    /// <exception cref="UsageException">A number is out of range.</exception>
    public EvaluateRequest Read(ParseResult parseResult)
    {
        int? limit = parseResult.GetValue(_limit);
        double? seconds = parseResult.GetValue(_maxSeconds);
        int examples = parseResult.GetValue(_examples);
        if (limit < 1 || seconds is <= 0 or double.NaN || examples < 0)
        {
            throw new UsageException("--limit must be at least 1, --max-seconds above 0, --examples at least 0.");
        }

        double[] bandwidths = parseResult.GetValue(_bandwidths) ?? [];
        return new EvaluateRequest(
            parseResult.GetRequiredValue(_data),
            parseResult.GetValue(_split),
            parseResult.GetValue(_kinds) ?? [],
            limit,
            seconds,
            bandwidths.Length == 0 ? null : bandwidths,
            parseResult.GetValue(_entropyModel),
            !parseResult.GetValue(_noBaselines),
            parseResult.GetValue(_html),
            parseResult.GetValue(_pictures),
            examples,
            parseResult.GetValue(_force));
    }
}
