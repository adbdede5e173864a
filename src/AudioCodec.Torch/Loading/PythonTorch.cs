using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace AudioCodec.Torch.Loading;

/// <summary>Asks Python where its torch is.</summary>
internal static class PythonTorch
{
    /// <summary>
    /// Prints the folder of torch, then those of NVIDIA's packages, without importing any of them, which would take seconds. The working folder is left out of the
    /// search: a folder that happens to be called torch is none.
    /// </summary>
    private const string Script =
        "import glob, importlib.util as u, os, sys; sys.path = [p for p in sys.path if p]; s = u.find_spec('torch'); "
        + "f = [os.path.dirname(s.origin)] + [d for p in sys.path for d in glob.glob(os.path.join(p, 'nvidia', '*', 'lib'))] if s and s.origin else []; "
        + "print('\\n'.join(f))";

    /// <summary>The folder of torch and the folders of CUDA's libraries; empty where there is no such Python, it has no torch, or it does not answer in time.</summary>
    /// <param name="python">The program, looked for on the PATH.</param>
    /// <param name="limit">How long it may take.</param>
    public static string[] Folders(string python, TimeSpan limit)
    {
        var start = new ProcessStartInfo(python, ["-c", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["PYTHONIOENCODING"] = "utf-8" },
        };
        try
        {
            using Process? process = Process.Start(start);
            if (process is null)
            {
                return [];
            }

            process.StandardInput.Close();
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(limit) || !output.Wait(limit))
            {
                process.Kill(entireProcessTree: true);
                return [];
            }

            return process.ExitCode == 0 ? output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or IOException)
        {
            return [];
        }
    }
}
