using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

/// <summary>Files that ffmpeg makes for a test, and what it decodes from them. The test is skipped where it is not installed.</summary>
internal sealed class FfmpegFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string this[string name] => _folder[name];

    /// <summary>Tones that glide, bursts of noise up to half the rate, different in the channels.</summary>
    public static string Signal(int channels, double seconds = 1.5)
    {
        string[] rows =
        [
            "0.4*sin(440*2*PI*t)+0.3*(random(0)-0.5)*gt(mod(t\\,0.5)\\,0.45)",
            "0.3*sin(445*2*PI*t)+0.2*(random(1)-0.5)",
            "0.5*sin(3000*t*t)",
            "0.1*sin(100*2*PI*t)+0.05",
        ];
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"aevalsrc={string.Join('|', Enumerable.Range(0, channels).Select(c => rows[c % 4]))}:d={seconds}");
    }

    /// <summary>Makes a file of the signal.</summary>
    public byte[] Make(string name, int sampleRateHz, int channels, params string[] codec)
    {
        Run(["-f", "lavfi", "-i", $"{Signal(channels)}:s={sampleRateHz}", .. codec, _folder[name]]);
        return File.ReadAllBytes(_folder[name]);
    }

    public static void Run(params string[] arguments)
    {
        Assert.SkipWhen(FfmpegSource.Locate() is null, "ffmpeg is not on the PATH.");
        using Process process = Process.Start(FfmpegSource.Locate()!, ["-v", "error", "-nostdin", "-y", .. arguments]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>What ffmpeg decodes from bytes, interleaved.</summary>
    public float[] Decode(byte[] file, string name)
    {
        File.WriteAllBytes(_folder[name], file);
        using FfmpegSource source = FfmpegSource.FromFile(_folder[name]);
        return WavBytes.ReadAll(source);
    }

    public void Dispose() => _folder.Dispose();
}
