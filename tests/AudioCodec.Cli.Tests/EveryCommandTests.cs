using System.CommandLine;
using System.Text.RegularExpressions;
using AudioCodec.Audio;
using AudioCodec.Cli.Commands;

namespace AudioCodec.Cli.Tests;

/// <summary>The exit codes of the README hold in every command, whatever goes wrong, and the message is for who typed the line.</summary>
public sealed partial class EveryCommandTests : IDisposable
{
    /// <summary>By command: what is typed, in words that <see cref="Resolve"/> makes files of, and the exit code. Commands without files have none.</summary>
    private static readonly Dictionary<string, (string Line, int ExitCode)[]> s_failures = new(StringComparer.Ordinal)
    {
        [ConvertCommand.Name] =
        [
            ("missing.wav", 7), ("missing.ecdc", 7), ("bad.wav out.ecdc -M", 3), ("bad.ecdc out.wav -M", 4), ("in.wav out.ecdc -b 7 -M", 2), ("in.wav out.wav -b 7 -M", 2),
            ("in.wav nowhere/x.ecdc -M", 7), ("in.ecdc nowhere/x.wav -M", 7), ("in.wav in.wav/x.ecdc -M", 7), ("slow.wav -M", 3), ("in.wav new.ecdc --checkpoint bad.safetensors", 5),
        ],
        ["compress"] =
        [
            ("missing.wav -M", 7), ("in.wav missing.wav -M", 7), ("bad.wav -o x.ecdc -M", 3), ("empty.wav -M", 3), ("in.wav -o x.ecdc -b 7 -M", 2), ("in.wav -o x.ecdc -b NaN -M", 2), ("in.wav -M", 7), ("in.wav -o nowhere/x.ecdc -M", 7),
            ("in.wav -o in.wav/x.ecdc -M", 7), ("in.wav -o x.ecdc --checkpoint missing", 5), ("in.wav -o x.ecdc --checkpoint bad.safetensors", 5), ("in.wav -o x.ecdc --lm-checkpoint missing -l -M", 5),
            ("in.wav --jobs 0 -M", 2), ("in.wav --format 2 -M", 2), ("in.wav --search-width 0 -M", 2), ("in.wav --tag x -M", 2), ("in.wav -o x.ecdc -l -M", 2), ("emptyfolder -M", 7),
        ],
        ["decompress"] =
        [
            ("missing.ecdc -M", 7), ("bad.ecdc -M", 4), ("in.wav -M", 4), ("in.ecdc -o nowhere/x.wav -M", 7), ("in.ecdc -o in.wav/x.wav -M", 7), ("in.ecdc --start 99 -M", 2),
            ("in.ecdc --rate 3 -M", 2), ("in.ecdc --rate 1000 -o slow2.wav --raw s16le:3:1 -M", 2), ("in.ecdc --checkpoint missing", 5),
        ],
        ["roundtrip"] =
        [
            ("missing.wav -M", 7), ("bad.wav -M", 3), ("in.wav -b 7 -M", 2), ("in.wav -o nowhere/x.wav -M", 7), ("in.wav --ecdc nowhere/x.ecdc -M", 7), ("in.wav -o - -M", 2),
        ],
        ["compare"] = [("missing.wav", 7), ("bad.wav -o page.html --model MODEL", 3), ("in.wav -b 7 --model MODEL", 2), ("in.wav --model MODEL -o nowhere/x.html", 7), ("in.wav --model missing", 5), ("bad.jsonl", 6)],
        ["studio"] = [("--port 99999", 2), ("--listen nowhere", 2), ("--listen 0.0.0.0 --no-browser --port 0", 2)],
        ["generate"] =
        [
            ("rain -m missing -o x.wav", 5), ("--prompts missing.jsonl -o x.wav", 7), ("--prompts bad.jsonl -o x.wav", 6), ("rain --continue missing.wav -o x.wav -m GENERATOR", 7),
            ("rain --continue bad.wav -o x.wav -m GENERATOR", 3), ("rain --continue bad.ecdc -o x.wav -m GENERATOR", 4), ("rain --continue bad.npy -o x.wav -m GENERATOR", 5),
            ("rain --continue bad.safetensors -o x.wav -m GENERATOR", 5), ("rain -o nowhere/x.wav", 7), ("rain -o in.wav/x.wav", 7), ("rain -d 0 -o x.wav", 2), ("rain -o x.wav --tokens x.txt", 2),
            ("rain -o x.wav -m GENERATOR --top-k -1", 2), ("rain -o x.wav --codec missing -m GENERATOR", 5), ("rain -o x.wav --threads 0", 2),
        ],
        ["evaluate"] =
        [
            ("missing -M", 7), ("bad.wav --no-baselines -M", 3), ("in.wav -b 7 -M", 2), ("in.wav --html nowhere/x.html --no-baselines -M", 7), ("in.wav --pictures in.wav/x --no-baselines -M", 7), ("bad.jsonl -M", 6),
            ("emptyfolder -M", 6), ("mixed --no-baselines -M", 8), ("in.wav --lm missing --no-baselines -M", 5), ("in.wav --limit 0 -M", 2), ("in.wav --max-seconds 0 -M", 2),
        ],
        ["evaluate generator"] =
        [
            ("--samples-folder missing", 7), ("-d missing --samples-folder labelled", 7), ("--prompts missing.jsonl", 7), ("--prompts bad.jsonl --samples 1 --model GENERATOR", 6), ("--samples-folder badlabelled", 3), ("--samples-folder emptyfolder", 6),
            ("--samples-folder labelled -d manifest.jsonl --codec MODEL -b 7", 2), ("--samples-folder labelled --html nowhere/x.html", 7), ("--judge missing", 5), ("--samples 0", 2),
            ("--model missing --samples 1", 5), ("--model GENERATOR --samples 1 --duration 0.1 --keep in.wav/x", 7),
        ],
        ["info"] = [("missing.ecdc", 7), ("in.wav", 4), ("emptyfolder", 7)],
        ["verify"] = [("missing.ecdc", 7), ("in.wav", 4), ("bad.ecdc", 4), ("in.ecdc bad.ecdc", 8)],
        ["cat"] = [("missing.ecdc -o x.ecdc", 7), ("in.ecdc bad.ecdc -o x.ecdc", 4), ("in.ecdc in.ecdc -o nowhere/x.ecdc", 7), ("in.ecdc other.ecdc -o x.ecdc", 2), ("in.ecdc in.wav -o x.ecdc", 4)],
        ["trim"] = [("missing.ecdc -o x.ecdc", 7), ("bad.ecdc -o x.ecdc", 4), ("in.ecdc -o nowhere/x.ecdc", 7), ("in.ecdc --start 99 -o x.ecdc", 2), ("in.wav -o x.ecdc", 4)],
        ["models list"] = [],
        ["models info"] = [("missing", 2)],
        ["models pull"] = [("missing", 2)],
        ["codes export"] = [("missing.ecdc x.npy", 7), ("bad.ecdc x.npy -M", 4), ("in.ecdc nowhere/x.npy -M", 7), ("in.ecdc x.txt -M", 2), ("in.wav x.npy", 4)],
        ["codes import"] =
        [
            ("missing.npy x.ecdc -M", 7), ("bad.npy x.ecdc -M", 5), ("bad.safetensors x.ecdc -M", 5), ("in.wav x.ecdc -M", 2), ("codes.npy nowhere/x.ecdc -M", 7), ("codes.npy x.ecdc", 2), ("codes.npy x.ecdc --length 99999999 -M", 2),
            ("codes.npy x.ecdc --length -1 -M", 2), ("codes.npy x.ecdc --model missing", 2),
        ],
        ["export"] = [("missing -o out", 5), ("bad.safetensors -o out", 5), ("MODEL -o in.wav/x", 7), ("MODEL -o out --name a/b", 2), ("emptyfolder -o out", 5)],
        ["train codec"] = Training,
        ["train lm"] = [.. Training.Select(WithCodec), ("-c lm_24khz_cpu -d in.wav -o out --codec missing", 5)],
        ["train generator"] = [.. Training.Select(WithCodec), ("-c generator_24khz_cpu -d labelled -o out --codec missing", 5)],
        ["train classifier"] = [.. Training.Select(WithCodec), ("-c classifier_esc10 -d labelled -o out --codec missing", 5)],
        ["tokenize"] =
        [
            ("missing -o out -M", 7), ("badlabelled -o out -M", 8), ("labelled -o out -b 7 -M", 2), ("labelled -o in.wav/x -M", 7), ("labelled -o out --checkpoint missing", 5), ("emptyfolder -o out -M", 6), ("bad.jsonl -o out -M", 6),
            ("labelled -o out --shard 3/2 -M", 2), ("labelled -o out --jobs 0 -M", 2),
        ],
        ["torch"] = [("--device missing", 2)],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _generator;

    public EveryCommandTests()
    {
        _model = TinyModel.Install(_folder);
        _generator = TinyGenerator.InstallHuggingFace(_folder);
        byte[] wav = TestAudio.Wav(TestAudio.Signal(4000), PcmEncoding.S16);
        foreach (string name in new[] { "in.wav", "mixed/a.wav", "labelled/dog/a.wav" })
        {
            Write(name, wav);
        }

        foreach (string name in new[] { "bad.wav", "mixed/b.wav", "badlabelled/dog/a.wav" })
        {
            Write(name, "RIFF\0\0\0\0WAVEfmt "u8.ToArray());
        }

        Write("empty.wav", []);
        Write("slow.wav", TestAudio.Wav(TestAudio.Signal(40, sampleRateHz: 3)));
        Write("bad.npy", "\u0093NUMPY"u8.ToArray());
        Write("bad.safetensors", [9, 0, 0, 0, 0, 0, 0, 0, .. "{\"a\": [1]"u8]);
        Write("bad.jsonl", "{\n"u8.ToArray());
        Write("bad.yaml", "optimizer: [1]\n"u8.ToArray());
        Write("null.yaml", "optimizer: {lr: }\n"u8.ToArray());
        Write("key.yaml", "optimzer:\n"u8.ToArray());
        Write("none.yaml", "a: [\n"u8.ToArray());
        Write("manifest.jsonl", "{\"path\": \"in.wav\", \"split\": \"valid\", \"labels\": [\"dog\"]}\n{\"path\": \"labelled/dog/a.wav\", \"split\": \"train\", \"labels\": [\"dog\"]}\n"u8.ToArray());
        Directory.CreateDirectory(_folder["emptyfolder"]);
    }

    public static TheoryData<string> Commands() => [.. Leaves(CommandLine.CreateRoot(), "")];

    /// <summary>What goes wrong in the four kinds of training before anything is trained.</summary>
    private static (string Line, int ExitCode)[] Training =>
    [
        ("-c missing.yaml -d labelled -o out", 7), ("-c bad.yaml -d labelled -o out", 6), ("-c null.yaml -d labelled -o out", 6), ("-c key.yaml -d labelled -o out", 6), ("-c none.yaml -d labelled -o out", 6),
        ("-c bad.yaml -d labelled -o out --device missing", 2), ("-c bad.yaml -d labelled -o out --precision missing", 2),
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Run_ThatFails_EndsWithTheCodeOfTheReadme(string command)
    {
        await SetUpAsync();
        Assert.True(s_failures.ContainsKey(command), $"'{command}' is a new command: list what can go wrong in it.");
        string[] words = command == ConvertCommand.Name ? [] : command.Split(' ');
        var wrong = new List<string>();
        foreach ((string line, int exitCode) in s_failures[command].Append(("--qwerty", ExitCodes.Usage)))
        {
            string[] before = _folder.Files();
            using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(60)); // A line that is not refused might train for ever.
            CliRun run = await CliRun.Of([], tooLong.Token, [.. words, .. line.Split(' ').SelectMany(Resolve)]);
            string text = run.Errors + run.Text;
            bool left = exitCode != ExitCodes.PartialFailure && !before.SequenceEqual(_folder.Files()); // Where some failed, the others were done.
            if (run.ExitCode != exitCode || NamesOfTheProgram().IsMatch(text) || left)
            {
                wrong.Add($"{command} {line}: {run.ExitCode} in place of {exitCode}: {text.Trim()} {string.Join(", ", _folder.Files().Except(before))}");
                Array.ForEach([.. _folder.Files().Except(before)], file => File.Delete(_folder[file]));
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    private static (string Line, int ExitCode) WithCodec((string Line, int ExitCode) failure) => ($"{failure.Line} --codec MODEL", failure.ExitCode);

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.SelectMany(sub =>
        Leaves(sub, $"{path} {sub.Name}".Trim()).Concat(sub.Action is null ? [] : [$"{path} {sub.Name}".Trim()]));

    private async Task SetUpAsync()
    {
        await Make("compress", _folder["in.wav"], "-o", _folder["in.ecdc"], "-b", "4", "--format", "1", "--checkpoint", _model);
        await Make("compress", _folder["in.wav"], "-o", _folder["other.ecdc"], "-b", "8", "--format", "1", "--checkpoint", _model);
        await Make("codes", "export", _folder["in.ecdc"], _folder["codes.npy"], "--checkpoint", _model);
        byte[] bytes = File.ReadAllBytes(_folder["in.ecdc"]);
        bytes[^20] ^= 0x55;
        Write("bad.ecdc", bytes);
    }

    private static async Task Make(params string[] arguments)
    {
        CliRun run = await CliRun.Of(arguments);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
    }

    private IEnumerable<string> Resolve(string word) => word switch
    {
        "-M" => ["--checkpoint", _model],
        "MODEL" => [_model],
        "GENERATOR" => [_generator],
        "out" or "emptyfolder" or "mixed" or "labelled" or "badlabelled" => [_folder[word]],
        _ => [FileName().IsMatch(word) ? _folder[word] : word],
    };

    private void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!); // A file lies in a folder.
        File.WriteAllBytes(_folder[name], bytes);
    }

    [GeneratedRegex(@"^[a-z0-9]+(\.[a-z]+)?/[a-z]+(\.[a-z]+)?$|^[a-z0-9]+\.(wav|ecdc|npy|safetensors|jsonl|yaml|html|txt)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"Parameter '|fault of audiocodec|\w+Exception\b|\bSystem\.|AudioCodec\.[A-Z]")]
    private static partial Regex NamesOfTheProgram();
}
