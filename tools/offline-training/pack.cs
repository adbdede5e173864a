// Packs a training for a machine that has neither a network nor an SDK, such as one with a GPU that is lent for half an hour:
// the program with its runtime, the recipe, the data and what the run starts from, in pieces, with the script that runs it there.
//
//   dotnet run tools/offline-training/pack.cs -- -o pack -- train codec -c codec_24khz_gpu_short -d corpus/manifest.jsonl
//   dotnet run tools/offline-training/pack.cs -- -o pack --piece-mb 60 -- train lm -c lm_24khz -d recordings/ --codec checkpoints/audiocodec_24khz run.steps=2000
//
// What stands behind the last -- is a command line of audiocodec without --run and --device. The machine needs a torch of python3, or another libtorch
// (src/AudioCodec.Torch/README.md), and bash, tar, xz and sha256sum. There: pack/run.sh start, status, stop, export.
#:property PublishAot=false

using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

int split = Array.IndexOf(args, "--");
if (split < 0 || split + 2 >= args.Length || args[split + 1] != "train")
{
    return Fail("usage: dotnet run tools/offline-training/pack.cs -- -o FOLDER [--piece-mb 60] -- train codec -c RECIPE -d DATA [...]");
}

string? output = Value(args[..split], "-o", "--output");
if (output is null || !int.TryParse(Value(args[..split], "--piece-mb") ?? "60", out int pieceMegabytes) || pieceMegabytes < 1)
{
    return Fail("-o names the folder to write; --piece-mb is a whole number of megabytes.");
}

if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
{
    return Fail($"'{output}' is not empty; name another folder, or delete it.");
}

string here = Root();
List<string> command = [.. args[(split + 1)..]];
string stage = Directory.CreateTempSubdirectory("pack").FullName;
try
{
    Stage(command, "recipe", "-c", "--config");
    Stage(command, "init", "--init");
    Stage(command, "codec", "--codec");
    StageData(command);
    foreach (string[] own in new[] { new[] { "-o", "--run" }, ["--device"] })
    {
        if (Value(command, own) is not null)
        {
            return Fail($"{own[^1]} is chosen where the run is made.");
        }
    }

    Console.Error.WriteLine("publishing the program with its runtime");
    string program = Path.Combine(stage, "app");
    Run("dotnet", "publish", Path.Combine(here, "src", "AudioCodec.Cli"), "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", program, "-v", "q", "--nologo");

    // The bundled models are not needed: what the run starts from is packed by itself.
    if (Directory.Exists(Path.Combine(program, "checkpoints")))
    {
        Directory.Delete(Path.Combine(program, "checkpoints"), recursive: true);
    }

    File.WriteAllLines(Path.Combine(stage, "arguments"), command);
    Directory.CreateDirectory(output);

    // Audio does not get smaller; programs and weights do.
    string[] parts = [.. Directory.EnumerateFileSystemEntries(stage).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
    Archive("program.tar.xz", "-cJf", [.. parts.Where(part => part != "data")]);
    Archive("data.tar", "-cf", ["data"]);
    File.Copy(Path.Combine(here, "tools", "offline-training", "run.sh"), Path.Combine(output, "run.sh"));
    Console.Error.WriteLine($"{output}: {Directory.GetFiles(output).Length} files, {Directory.GetFiles(output).Sum(file => new FileInfo(file).Length) / 1e6:F1} MB. On the machine: {output}/run.sh start");
    return 0;
}
catch (InvalidOperationException exception)
{
    return Fail(exception.Message);
}
finally
{
    Directory.Delete(stage, recursive: true);
}

void Archive(string name, string mode, string[] parts)
{
    string whole = Path.Combine(stage, name);
    Run("tar", [mode, whole, "-C", stage, .. parts]);
    using FileStream bytes = File.OpenRead(whole);
    var buffer = new byte[1 << 20];
    var sums = new List<string>();
    for (int piece = 0; bytes.Position < bytes.Length; piece++)
    {
        string file = $"{name}.{piece:D3}";
        using FileStream target = File.Create(Path.Combine(output!, file));
        for (int i = 0; i < pieceMegabytes && bytes.Read(buffer) is > 0 and int read; i++)
        {
            target.Write(buffer.AsSpan(0, read));
        }

        target.Position = 0;
        sums.Add($"{Convert.ToHexStringLower(SHA256.HashData(target))}  {file}");
    }

    File.AppendAllLines(Path.Combine(output!, "SHA256SUMS"), sums);
    File.Delete(whole);
}

// A file or folder that an option names goes along; a name that is neither is one that comes with the program.
void Stage(List<string> line, string name, params string[] options)
{
    if (Value(line, options) is not { } path || !(File.Exists(path) || Directory.Exists(path)))
    {
        return;
    }

    string target = Path.Combine(stage, name);
    if (name == "recipe")
    {
        // Recipes may build on others: the folder of the recipe, and for one of the repository all of configs.
        string configs = Path.Combine(here, "configs");
        string full = Path.GetFullPath(path);
        string folder = full.StartsWith(configs + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? configs : Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(target);
        foreach (string yaml in Directory.EnumerateFiles(folder, "*.yaml", folder == configs ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(folder, yaml));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(yaml, copy);
        }

        Replace(line, $"recipe/{Path.GetRelativePath(folder, full)}", options);
    }
    else if (Directory.Exists(path))
    {
        Copy(path, target);
        Replace(line, name, options);
    }
    else
    {
        Directory.CreateDirectory(target);
        File.Copy(path, Path.Combine(target, Path.GetFileName(path)));
        Replace(line, $"{name}/{Path.GetFileName(path)}", options);
    }
}

// A folder as it is; of a manifest the recordings that it names, numbered, and the manifest with their new names.
void StageData(List<string> line)
{
    string path = Value(line, "-d", "--data") ?? throw new InvalidOperationException("-d names the data.");
    string data = Path.Combine(stage, "data");
    if (Directory.Exists(path))
    {
        Copy(path, data);
        Replace(line, "data", "-d", "--data");
        return;
    }

    if (!File.Exists(path))
    {
        throw new InvalidOperationException($"'{path}' is neither a folder nor a manifest.");
    }

    Directory.CreateDirectory(data);
    using var manifest = new StreamWriter(Path.Combine(data, "manifest.jsonl"));
    int number = 0;
    foreach (string text in File.ReadLines(path).Where(text => !string.IsNullOrWhiteSpace(text)))
    {
        JsonNode entry = JsonNode.Parse(text) ?? throw new InvalidOperationException($"{path}: '{text}' is no object.");
        string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, (string?)entry["path"] ?? throw new InvalidOperationException($"{path}: 'path' is missing in '{text}'."));
        string name = $"{number++:D6}{Path.GetExtension(file)}";
        File.Copy(file, Path.Combine(data, name));
        entry["path"] = name;
        manifest.WriteLine(entry.ToJsonString());
    }

    Replace(line, "data/manifest.jsonl", "-d", "--data");
}

static string? Value(IList<string> line, params string[] options)
{
    int at = line.ToList().FindIndex(options.Contains);
    return at >= 0 && at + 1 < line.Count ? line[at + 1] : null;
}

static void Replace(List<string> line, string value, params string[] options) => line[line.FindIndex(options.Contains) + 1] = value;

static void Copy(string from, string to)
{
    foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
    {
        string target = Path.Combine(to, Path.GetRelativePath(from, file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(file, target);
    }
}

static void Run(string name, params string[] arguments)
{
    using Process process = Process.Start(name, arguments);
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException($"{name} {arguments[0]} ended with {process.ExitCode}.");
    }
}

static string Root()
{
    for (DirectoryInfo? folder = new(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
    {
        if (File.Exists(Path.Combine(folder.FullName, "AudioCodec.sln")))
        {
            return folder.FullName;
        }
    }

    throw new InvalidOperationException("This runs inside the repository.");
}

static int Fail(string message)
{
    Console.Error.WriteLine($"error: {message}");
    return 2;
}
