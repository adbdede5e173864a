using System.Diagnostics;

namespace AudioCodec.Cli.Tests;

/// <summary>Starts the program as a process of its own.</summary>
internal static class AudioCodecProcess
{
    /// <summary>Starts the program that the tests were built with.</summary>
    public static Process Start((string Name, string Value)[] environment, params string[] arguments) =>
        Start("dotnet", environment, [typeof(CommandLine).Assembly.Location, .. arguments]);

    /// <summary>Starts a program with redirected streams.</summary>
    public static Process Start(string program, (string Name, string Value)[] environment, string[] arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? string.Empty,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Runs the program to its end.</summary>
    public static Task<ProcessResult> RunAsync(byte[] input, (string Name, string Value)[] environment, params string[] arguments) =>
        FinishAsync(Start(environment, arguments), input);

    /// <summary>Writes a process's input, reads its output, and waits for its end.</summary>
    public static async Task<ProcessResult> FinishAsync(Process process, byte[] input)
    {
        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            using var output = new MemoryStream();
            Task copy = process.StandardOutput.BaseStream.CopyToAsync(output);
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
            await copy;
            await process.WaitForExitAsync();
            return new ProcessResult(process.ExitCode, output.ToArray(), await errors);
        }
    }
}

/// <summary>What came of a process.</summary>
internal sealed record ProcessResult(int ExitCode, byte[] Output, string Errors);
