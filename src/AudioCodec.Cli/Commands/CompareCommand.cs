using System.CommandLine;
using System.Globalization;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Evaluation;
using AudioCodec.Evaluation.Reports;
using AudioCodec.Models;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec compare</c>: recordings of the user's through several codecs, with figures and a page to listen, to choose one.</summary>
internal static class CompareCommand
{
    private const double ExampleSeconds = 15;
    private const int MaxExamples = 10;
    private static readonly double[] s_usualKbps = [3, 6, 12];

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var options = new ComparisonOptions();
        var command = new Command("compare", "Hear and measure what the codecs on this machine make of a recording, to choose one.");
        options.AddTo(command);
        command.SetAction((parseResult, cancellationToken) => RunAsync(CliSession.Of(parseResult), options.Read(parseResult), cancellationToken));
        return command.WithExamples(
            ("audiocodec compare speech.wav --speech", "figures, and speech_compared.html with players and spectrograms"),
            ("audiocodec compare music.flac -b 6 -b 24 -o page.html", "at two bandwidths"),
            ("audiocodec compare music.flac --model audiocodec_24khz --model encodec_24khz", "two codecs by name"));
    }

    private static async Task<int> RunAsync(CliSession session, ComparisonRequest request, CancellationToken cancellationToken)
    {
        EvaluationFiles files = EvaluationRun.Load(request.Data);
        OutputFolder.Prepare([request.Data, .. files.Clips.Select(clip => clip.Path)], request.PagePath, request.Force);
        List<Codec> codecs = [];
        try
        {
            foreach (string model in request.Models.Length > 0 ? request.Models : Installed())
            {
                codecs.Add(Codec.Load(model));
            }

            return await RunAsync(session, request, files, codecs, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            codecs.ForEach(codec => codec.Dispose());
        }
    }

    private static async Task<int> RunAsync(
        CliSession session, ComparisonRequest request, EvaluationFiles files, List<Codec> codecs, CancellationToken cancellationToken)
    {
        (int rate, int channels) = Format(codecs[0]);
        string[] others = [.. codecs.Where(codec => Format(codec) != (rate, channels)).Select(codec => codec.Info.Name)];
        if (others.Length > 0 && request.Models.Length > 0)
        {
            throw new UsageException($"{others[0]} has another sample rate or number of channels than {codecs[0].Info.Name}; compare codecs of one format.");
        }

        if (codecs.GroupBy(codec => codec.Info.Name).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            throw new UsageException($"Two of the codecs are named {same.Key}; the figures would not tell them apart.");
        }

        Codec[] compared = [.. codecs.Where(codec => Format(codec) == (rate, channels))];
        foreach ((Codec codec, double kbps) in compared.SelectMany(codec => request.BandwidthsKbps.Select(kbps => (codec, kbps))))
        {
            CompressOptions.RequireOffered(codec, new CompressionOptions { BandwidthKbps = kbps });
        }

        var evaluator = new Evaluator([.. compared.Select(codec => UnderTest(codec, request.BandwidthsKbps))], new EvaluationOptions
        {
            SampleRateHz = rate,
            Channels = channels,
            MaxSeconds = request.MaxSeconds,
            Threads = request.Threads,
            ExamplesPerKind = MaxExamples,
            ExampleSeconds = ExampleSeconds,
            SpeechKind = request.IsSpeech ? "" : "speech", // Every kind begins with nothing.
        });
        EvaluationResult result = await EvaluationRun.RunAsync(session, evaluator, files, cancellationToken).ConfigureAwait(false);
        result = others.Length == 0 ? result : result with { Notes = [$"Left out, being of another sample rate or number of channels: {string.Join(", ", others)}.", .. result.Notes] };
        string names = string.Join(" and ", compared.Select(codec => codec.Info.Name));
        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{Messages.Count(files.Clips.Count, "recording")}, measured at {rate} Hz, {Messages.Count(channels, "channel")}; of each, its loudest {ExampleSeconds} seconds to listen to.");
        EvaluationRun.WritePage(session, request.PagePath, request.Force, result, $"{Path.GetFileName(request.Data)}: {names}", summary);
        if (request.IsJson)
        {
            session.Output.WriteLine(EvaluationJson.Write(result));
        }
        else
        {
            EvaluationTable.Write(session.Output, result);
        }

        return EvaluationRun.ExitCodeOf(result);
    }

    private static EncodecUnderTest UnderTest(Codec codec, double[] kbps)
    {
        double[] usual = [.. s_usualKbps.Intersect(codec.Info.BandwidthsKbps)];
        return new EncodecUnderTest(codec, kbps.Length > 0 ? kbps : usual.Length > 0 ? usual : null, codec.HasEntropyModel);
    }

    private static (int SampleRateHz, int Channels) Format(Codec codec) => (codec.Info.SampleRateHz, codec.Info.Channels);

    /// <summary>The codecs on this machine, the default one first.</summary>
    private static string[] Installed()
    {
        using var store = new ModelStore();
        return
        [
            ModelStore.DefaultCodecName,
            .. ModelCatalogue.Entries.Where(entry => entry.Kind == ModelKind.Codec && entry.Name != ModelStore.DefaultCodecName && store.TryFind(entry.Name, out _)).Select(entry => entry.Name),
        ];
    }
}
