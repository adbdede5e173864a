using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Training.Tokenizing;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec tokenize</c>: the codes of a corpus, by any number of workers.</summary>
internal static class TokenizeCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var corpus = new Argument<string>("corpus") { Description = "Folder of audio, or a JSONL manifest." };
        var output = new Option<string>("--output", "-o") { Description = "Folder of the shards; what is there already is kept, and the rest is made.", HelpName = "folder", Required = true };
        var split = new Option<string?>("--split") { Description = "Only the manifest's lines of this split, such as train.", HelpName = "name" };
        var files = new Option<int>("--shard-files") { Description = "Files in a shard: what a killed worker loses at most.", HelpName = "n", DefaultValueFactory = _ => 64 };
        var jobs = new Option<int?>("--jobs", "-j") { Description = "Files at once; the number of cores by default.", HelpName = "n" };
        var shard = new ShardOption();
        var coding = new CompressOptions();
        var model = new ModelOptions("Codec, by its name in 'audiocodec models list'; the bundled one by default.");
        var report = new ReportOptions();
        var command = new Command(
            "tokenize",
            "Turn a corpus into safetensors shards of codes, [codebooks, frames] for each recording, to train on. Any number of workers, on any machines, may share the output folder: "
            + "none makes a shard that another one makes or has made, and what a killed one left is made by the others or by the next run.");
        command.Arguments.Add(corpus);
        command.Options.Add(output);
        coding.AddCodingTo(command);
        shard.AddTo(command);
        foreach (Option option in new Option[] { files, split, jobs })
        {
            command.Options.Add(option);
        }

        model.AddTo(command, ModelParts.Choice | ModelParts.ManyFiles);
        report.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            (int worker, int workers) = shard.Read(parseResult);
            CompressionOptions asked = coding.Read(parseResult, null);
            using var codecs = new CodecProvider(model.Read(parseResult));
            Codec codec = codecs.Get();
            CompressOptions.RequireOffered(codec, asked);
            var options = new TokenizeOptions
            {
                Corpus = DataPath.Require(parseResult.GetRequiredValue(corpus)),
                Split = parseResult.GetValue(split),
                Output = parseResult.GetRequiredValue(output),
                BandwidthKbps = asked.BandwidthKbps,
                SearchWidth = asked.SearchWidth,
                FilesPerShard = AtLeastOne("--shard-files", parseResult.GetValue(files)),
                Worker = worker,
                Workers = workers,
                Jobs = AtLeastOne("--jobs", parseResult.GetValue(jobs) ?? Environment.ProcessorCount),
                Report = session.Message,
            };
            TokenizeReport result = TokenizeReport.Of(
                options.Output, await Task.Run(() => CorpusTokenizer.Run(codec, options, cancellationToken), CancellationToken.None).ConfigureAwait(false));
            if (report.IsJson(parseResult))
            {
                ReportJson.Write(session, result);
            }
            else
            {
                result.WriteLines(session);
            }

            return result.Failures.Count == 0 ? ExitCodes.Success : ExitCodes.PartialFailure;
        });
        return command.WithExamples(
            ("audiocodec tokenize recordings/ -o codes/", "a folder; run it again to go on where it was stopped"),
            ("audiocodec tokenize manifest.jsonl --split train -b 3 -o codes/ --device auto", "at 3 kbit/s, on a GPU where there is one"),
            ("audiocodec tokenize recordings/ -o codes/ --shard 2/8", "the third of eight workers"));
    }

    private static int AtLeastOne(string option, int value) => value >= 1 ? value : throw new UsageException($"{option} {value}: at least 1 is needed.");
}
