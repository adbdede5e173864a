using System.CommandLine;
using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Classification;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Evaluation.Generation;
using AudioCodec.Evaluation.Reports;
using AudioCodec.Models;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec evaluate generator</c>: do generated sounds sound like what was asked for, beside recordings and recordings through the codec.</summary>
internal static class EvaluateGeneratorCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var options = new EvaluateGeneratorOptions();
        var report = new ReportOptions();
        var command = new Command("generator", "Judge generated sounds: label agreement, KL, Fréchet audio distance, copies of training recordings.");
        options.AddTo(command);
        report.AddTo(command);
        command.SetAction((parseResult, cancellationToken) => RunAsync(
            CliSession.Of(parseResult), options.Read(parseResult), report.IsJson(parseResult), cancellationToken));
        return command.WithExamples(
            ("audiocodec evaluate generator -d manifest.jsonl --html report.html", "300 sounds of the bundled generator beside recordings, with KL, FAD and copies; also a page"),
            ("audiocodec evaluate generator --model runs/sounds --samples 100 --keep out/", "100 sounds of a run, kept in a folder"),
            ("audiocodec evaluate generator --samples-folder out/", "judge the sounds in a folder with samples.jsonl"));
    }

    private static async Task<int> RunAsync(CliSession session, EvaluateGeneratorRequest request, bool json, CancellationToken cancellationToken)
    {
        string[] inputs = [.. new[] { request.Data, request.Prompts, request.SamplesFolder }.OfType<string>().Select(DataPath.Require)];
        if (request.HtmlPath is not null)
        {
            OutputFolder.Prepare(inputs, request.HtmlPath, request.Force);
        }

        var unreadable = new SortedSet<string>(StringComparer.Ordinal);
        void PassOver(string folder)
        {
            if (unreadable.Add(folder))
            {
                session.Warning($"folder {folder} was left out: it cannot be read");
            }
        }

        using var store = new ModelStore();
        var judge = new SoundJudge(SoundClassifier.LoadFolder(store.Find(request.Judge)));
        IReadOnlyList<AudioClip> clips = request.Data is null ? [] : Recordings(request.Data, request.Split, request.ReferenceSplit, PassOver);
        SoundSet Of(string name, string split) => RecordedSounds.Of(name, clips.Where(clip => clip.Split is null || clip.Split == split), judge.Labels);
        (SoundSet real, SoundSet reference) = (Of("recordings", request.Split), Of("reference recordings", request.ReferenceSplit));
        if (request.Data is not null && Math.Min(real.Count, reference.Count) == 0)
        {
            throw new ConfigException($"'{request.Data}' has no recordings with a label of {judge.Name} in the split '{(real.Count == 0 ? request.Split : request.ReferenceSplit)}'.", request.Data);
        }

        using Generator? generator = request.SamplesFolder is null
            ? Generator.Load(request.Model, new GeneratorOptions { TextEncoder = request.TextEncoder, Threads = request.Threads })
            : null;
        SoundSet generated = generator is null ? RecordedSounds.FromFolder(request.SamplesFolder!, "generated", PassOver) : Generate(generator, request, clips, judge.Labels, cancellationToken); // Without a generator there is a folder.
        using Codec? codec = request.Data is null ? null : Codec.Load(request.Codec);
        if (codec is not null && !codec.Info.BandwidthsKbps.Contains(request.BandwidthKbps))
        {
            throw new UsageException($"{codec.Info.Name} has no bandwidth of {request.BandwidthKbps} kbit/s; it offers {string.Join(", ", codec.Info.BandwidthsKbps)}.");
        }

        SoundSet[] sets = codec is null ? [generated] : [generated, RecordedSounds.Through(real, codec, request.BandwidthKbps, request.Threads), real];
        GeneratorEvaluationResult result;
        try
        {
            result = await ProgressDisplay.RunOneAsync(
                session,
                generated.Name,
                line => Task.Run(() => new GeneratorEvaluator(judge, judge, request.Seed).Run(sets, real, reference, new SoundProgress(line), cancellationToken), cancellationToken)).ConfigureAwait(false);
        }
        catch (ArgumentException refusal) when (generator is not null)
        {
            // A temperature, a duration or a prompt that the generator does not take.
            throw new UsageException(refusal);
        }

        if (request.HtmlPath is not null)
        {
            WritePage(session, request, result);
        }

        if (json)
        {
            session.Output.WriteLine(GeneratorJson.Write(result));
        }
        else
        {
            GeneratorTable.Write(session.Output, result);
        }

        return unreadable.Count == 0 ? ExitCodes.Success : ExitCodes.PartialFailure;
    }

    /// <summary>The lines of a manifest, or the files of both splits of a folder, where the names of subfolders are the labels.</summary>
    private static IReadOnlyList<AudioClip> Recordings(string path, string split, string referenceSplit, Action<string> unreadable)
    {
        IEnumerable<AudioClip> OfFolder(string own, string other) => AudioManifest.OfFolder(path, own, other, unreadable).Select(clip => clip with { Labels = [clip.Kind], Split = own });
        return !Directory.Exists(path) ? AudioManifest.Read(path)
            : split == referenceSplit ? [.. OfFolder(split, split)]
            : [.. OfFolder(split, referenceSplit), .. OfFolder(referenceSplit, split)];
    }

    private static SoundSet Generate(
        Generator generator, EvaluateGeneratorRequest request, IReadOnlyList<AudioClip> clips, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        IReadOnlyList<LabelledPrompt> prompts = request.Prompts is not null ? PromptList.Read(request.Prompts) : PromptList.FromCaptions(clips, labels);
        prompts = prompts.Count > 0 ? prompts : PromptList.BuiltIn;
        SoundSet made = GeneratedSounds.Of(generator, PromptList.Draw(prompts, request.Samples, request.Seed), request.Generation, cancellationToken);
        return request.Keep is null ? made : GeneratedSounds.Kept(made, request.Keep);
    }

    private static void WritePage(CliSession session, EvaluateGeneratorRequest request, GeneratorEvaluationResult result)
    {
        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Rows[0].Agreement.Count} sounds of {request.SamplesFolder ?? result.Rows[0].Name}{(request.Data is null ? string.Empty : $", beside recordings of {request.Data}, split {request.Split}")}.");
        using OutputTarget output = OutputTarget.Open(session, request.HtmlPath!, request.Force); // The caller has seen it.
        using (var writer = new StreamWriter(output.Stream, leaveOpen: true))
        {
            writer.Write(GeneratorHtml.Write(result, "Generated sounds", summary));
        }

        output.Commit();
        session.Message($"{request.HtmlPath} written");
    }

    private sealed class SoundProgress(IProgressLine line) : IProgress<GeneratorProgress>
    {
        public void Report(GeneratorProgress value)
        {
            line.Rename(value.Row);
            line.Report((double)value.Done / value.Total);
        }
    }
}
