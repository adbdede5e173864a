using System.CommandLine;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>The arguments of <c>audiocodec compare</c>.</summary>
internal sealed class ComparisonOptions
{
    private readonly Argument<string> _data = new("data") { Description = "An audio file, a folder of them, or a manifest." };

    private readonly Option<string[]> _models = new("--model")
    {
        Description = "Codec to compare, by its name in 'audiocodec models list' or its checkpoint; may be repeated; by default all on this machine that have the sample rate of the bundled one.",
        HelpName = "name",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<double[]> _bandwidths = new Option<double[]>("--bandwidth", "-b")
    {
        Description = "Bandwidth in kbit/s; may be repeated; 3, 6 and 12 by default.",
        HelpName = "kbps",
        DefaultValueFactory = _ => [],
    }.Strict();

    private readonly Option<bool> _speech = new("--speech") { Description = "The recordings are speech: measure STOI and ESTOI too." };

    private readonly Option<double?> _maxSeconds = new Option<double?>("--max-seconds") { Description = "Only the first seconds of each file.", HelpName = "s" }.Strict();

    private readonly Option<int?> _threads = new("--threads") { Description = "Files processed at once; all cores by default.", HelpName = "n" };

    private readonly OutputOptions _output = new("The page; beside the recording, with '_compared.html' at the end of its name, by default.");

    private readonly ReportOptions _report = new();

    /// <summary>Adds the arguments to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_data);
        command.Options.Add(_models);
        command.Options.Add(_bandwidths);
        command.Options.Add(_speech);
        command.Options.Add(_maxSeconds);
        command.Options.Add(_threads);
        _output.AddTo(command);
        _report.AddTo(command);
    }

    /// <summary>What the user asked for.</summary>
    /// <exception cref="UsageException">A number is out of range.</exception>
    public ComparisonRequest Read(ParseResult parseResult)
    {
        double? seconds = parseResult.GetValue(_maxSeconds);
        int threads = parseResult.GetValue(_threads) ?? Environment.ProcessorCount;
        if (seconds is <= 0 or double.NaN || threads < 1)
        {
            throw new UsageException("--max-seconds must be above 0, --threads at least 1.");
        }

        string data = parseResult.GetRequiredValue(_data);
        return new ComparisonRequest(
            data,
            [.. (parseResult.GetValue(_models) ?? []).Distinct(StringComparer.Ordinal)],
            parseResult.GetValue(_bandwidths) ?? [],
            parseResult.GetValue(_speech),
            seconds,
            threads,
            _output.Path(parseResult) ?? $"{Path.ChangeExtension(Path.TrimEndingDirectorySeparator(data), null)}_compared.html",
            _output.Force(parseResult),
            _report.IsJson(parseResult));
    }
}

/// <summary>What <c>audiocodec compare</c> is to do.</summary>
/// <param name="Data">File, folder or manifest.</param>
/// <param name="Models">Names or paths of the codecs; empty for those on this machine.</param>
/// <param name="BandwidthsKbps">Bandwidths; empty for the usual ones.</param>
/// <param name="IsSpeech">Whether STOI is measured.</param>
/// <param name="MaxSeconds">Length of each file that counts, or <see langword="null"/>.</param>
/// <param name="Threads">Files processed at once.</param>
/// <param name="PagePath">Where the page goes.</param>
/// <param name="Force">Whether an existing page is replaced.</param>
/// <param name="IsJson">Whether the figures are written as JSON.</param>
internal sealed record ComparisonRequest(
    string Data, string[] Models, double[] BandwidthsKbps, bool IsSpeech, double? MaxSeconds, int Threads, string PagePath, bool Force, bool IsJson);
