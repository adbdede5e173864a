using System.Diagnostics;

namespace AudioCodec.Samples.Tests;

/// <summary>One of the programs in <c>samples/</c>, started as a process of its own.</summary>
internal sealed class Sample : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly Task<string> _errors;

    private Sample(string name, string folder, string[] arguments)
    {
        // The samples are built as the tests are: bin/Release/net10.0.
        string output = Path.GetRelativePath(Path.Combine(Fixtures.RepositoryRoot, "tests", "AudioCodec.Samples.Tests"), AppContext.BaseDirectory);
        string program = Path.Combine(Fixtures.RepositoryRoot, "samples", name, output, $"{name}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start.");
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs a program in a folder to its end.</summary>
    /// <returns>What it said, both streams, and its exit code.</returns>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string name, string folder, params string[] arguments)
    {
        using var sample = new Sample(name, folder, arguments);
        using var patience = new CancellationTokenSource(s_patience);
        string output = await sample._process.StandardOutput.ReadToEndAsync(patience.Token);
        await sample._process.WaitForExitAsync(patience.Token);
        return (sample._process.ExitCode, output, await sample._errors);
    }

    /// <summary>Starts a server and waits for a line of its log.</summary>
    /// <returns>The server, and what follows <paramref name="words"/> in that line.</returns>
    public static async Task<(Sample Server, string Said)> StartAsync(string name, string folder, string words, params string[] arguments)
    {
        var sample = new Sample(name, folder, arguments);
        using var patience = new CancellationTokenSource(s_patience);
        while (await sample._process.StandardOutput.ReadLineAsync(patience.Token) is string line)
        {
            int at = line.IndexOf(words, StringComparison.Ordinal);
            if (at >= 0)
            {
                // What it logs from here on must not fill the pipe.
                _ = sample._process.StandardOutput.ReadToEndAsync();
                return (sample, line[(at + words.Length)..].Trim());
            }
        }

        sample.Dispose();
        throw new InvalidOperationException($"{name} ended without '{words}': {await sample._errors}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
