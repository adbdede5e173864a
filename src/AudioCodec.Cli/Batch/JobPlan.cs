using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Session;
using AudioCodec.Files;

namespace AudioCodec.Cli.Batch;

/// <summary>Turns the inputs and <c>-o</c> of a command line into a list of files with their outputs.</summary>
internal static class JobPlan
{
    /// <summary>Plans the jobs.</summary>
    /// <param name="inputs">Files, folders, or one <c>-</c>.</param>
    /// <param name="output">What <c>-o</c> said.</param>
    /// <param name="isInput">Which files of a folder are inputs.</param>
    /// <param name="outputName">The output's file name for an input's.</param>
    /// <exception cref="UsageException">Two inputs have one output, or a pipe stands among several inputs.</exception>
    /// <exception cref="IOException">An input does not exist, or a folder holds nothing to do.</exception>
    public static IReadOnlyList<FileJob> Create(
        IReadOnlyList<string> inputs, string? output, Func<string, bool> isInput, Func<string, string> outputName)
    {
        List<FileJob> jobs = Plan(inputs, output, isInput, outputName);
        jobs = TellApart(jobs, outputName);
        RefuseSharedOutputs(jobs);
        string[] read = [.. jobs.Select(job => job.Input)];
        foreach (FileJob job in jobs)
        {
            OutputFolder.RefuseInput(read, job.Output);
        }

        return jobs;
    }

    /// <summary>Plans jobs that only read.</summary>
    /// <exception cref="UsageException">A pipe stands among several inputs.</exception>
    /// <exception cref="IOException">An input does not exist, or a folder holds nothing to do.</exception>
    public static IReadOnlyList<FileJob> CreateForReading(IReadOnlyList<string> inputs, Func<string, bool> isInput) =>
        Plan(inputs, null, isInput, name => name);

    /// <summary>Refuses a command line whose report and output would both go to standard output.</summary>
    /// <exception cref="UsageException">They would.</exception>
    public static void RefuseMixedOutput(IReadOnlyList<FileJob> jobs, bool json)
    {
        if (json && jobs.Any(job => job.Output == CliSession.Pipe))
        {
            throw new UsageException("--json and an output of - would both write to standard output; write the output to a file.");
        }
    }

    private static List<FileJob> Plan(
        IReadOnlyList<string> inputs, string? output, Func<string, bool> isInput, Func<string, string> outputName)
    {
        if (inputs.Contains(CliSession.Pipe))
        {
            return inputs.Count == 1
                ? [new FileJob(CliSession.Pipe, output ?? CliSession.Pipe)]
                : throw new UsageException("Standard input (-) can only be the one input.");
        }

        bool several = inputs.Count > 1 || Directory.Exists(inputs[0]);
        if (several && output == CliSession.Pipe)
        {
            throw new UsageException("Several outputs cannot all go to standard output; name a folder with -o.");
        }

        if (several && output is not null && File.Exists(output))
        {
            throw new UsageException($"-o {output} is a file; several outputs need a folder.");
        }

        var jobs = new List<FileJob>();
        foreach (string input in inputs)
        {
            if (Directory.Exists(input))
            {
                jobs.AddRange(FromFolder(input, output, isInput, outputName));
            }
            else if (File.Exists(input))
            {
                jobs.Add(new FileJob(input, OutputOf(input, output, several, outputName), CreatesFolder: several));
            }
            else
            {
                string hint = inputs.Count == 2 && input == inputs[1] ? $" The output is named with -o: {inputs[0]} -o {input}." : string.Empty;
                throw new FileNotFoundException($"Input '{input}' does not exist.{hint}", input);
            }
        }

        return jobs;
    }

    private static string OutputOf(string input, string? output, bool several, Func<string, string> outputName)
    {
        string name = outputName(Path.GetFileName(input));
        if (output is null)
        {
            return Path.Combine(Path.GetDirectoryName(input) ?? string.Empty, name);
        }

        return several || Directory.Exists(output) ? Path.Combine(output, name) : output;
    }

    private static IEnumerable<FileJob> FromFolder(string folder, string? output, Func<string, bool> isInput, Func<string, string> outputName)
    {
        // A folder that cannot be read fails as its files would: the others are processed, and the exit code tells.
        var unreadable = new List<string>();
        IReadOnlyList<string> files = [.. FolderTree.Files(folder, isInput, unreadable.Add), .. unreadable];
        if (files.Count == 0)
        {
            throw new FileNotFoundException($"Folder '{folder}' holds no file of a kind to process here.", folder);
        }

        foreach (string file in files)
        {
            // The tree below the folder is kept below the output folder.
            string relative = Path.GetRelativePath(folder, file);
            string parent = Path.GetDirectoryName(relative) ?? string.Empty;
            yield return new FileJob(
                file, Path.Combine(output ?? folder, parent, outputName(Path.GetFileName(file))), CreatesFolder: true);
        }
    }

    /// <summary>song.flac and song.mp3 become song.flac.ecdc and song.mp3.ecdc where both would become song.ecdc.</summary>
    private static List<FileJob> TellApart(List<FileJob> jobs, Func<string, string> outputName)
    {
        HashSet<string> shared =
        [
            .. jobs.GroupBy(job => job.Output, StringComparer.Ordinal)
                .Where(same => same.DistinctBy(job => Path.GetExtension(job.Input), StringComparer.OrdinalIgnoreCase).Count() > 1)
                .Select(same => same.Key),
        ];
        return jobs.ConvertAll(job => shared.Contains(job.Output)
            ? job with { Output = Path.Combine(Path.GetDirectoryName(job.Output) ?? string.Empty, outputName(Path.GetFileName(job.Input) + ".")) }
            : job);
    }

    private static void RefuseSharedOutputs(List<FileJob> jobs)
    {
        foreach (IGrouping<string, FileJob> same in jobs.GroupBy(job => FileIdentity.Resolve(job.Output), StringComparer.Ordinal))
        {
            if (same.Count() > 1)
            {
                throw new UsageException(
                    $"{string.Join(" and ", same.Select(job => $"'{job.Input}'"))} would both be written to '{same.First().Output}'.");
            }
        }
    }
}
