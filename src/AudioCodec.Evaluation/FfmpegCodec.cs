using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AudioCodec.Audio;

namespace AudioCodec.Evaluation;

/// <summary>An established codec through ffmpeg, for comparison.</summary>
/// <remarks>
/// The audio is piped into ffmpeg as 32-bit floats and written as a file, whose size counts (container included), and which is decoded by
/// ffmpeg again and resampled here to the original's rate.
/// </remarks>
public sealed class FfmpegCodec : IEvaluatedCodec
{
    private readonly string _program;
    private readonly string _extension;
    private readonly Func<double, int, string[]> _arguments;

    private FfmpegCodec(string program, string name, string extension, IReadOnlyList<double> ratesKbps, Func<double, int, string[]> arguments)
    {
        (_program, Name, _extension, RatesKbps, _arguments) = (program, name, extension, ratesKbps, arguments);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> RatesKbps { get; }

    /// <inheritdoc/>
    public bool NeedsAlignment => true;

    /// <summary>Opus (libopus, variable bit rate, highest complexity, 20 ms frames, ffmpeg's default application) from its lowest rate on.</summary>
    public static FfmpegCodec Opus(string program) => new(
        program,
        "Opus",
        "opus",
        [6, 8, 12, 16, 24],
        (kbps, _) => ["-c:a", "libopus", "-b:a", Bps(kbps), "-vbr", "on", "-compression_level", "10"]);

    /// <summary>MP3 (LAME, constant bit rate) from its lowest rate on, at the sample rate that the bit rate allows: 8 kHz for 8 kbit/s, 16 kHz for 16.</summary>
    public static FfmpegCodec Mp3(string program) => new(
        program,
        "MP3",
        "mp3",
        [8, 16, 24, 32],
        (kbps, rateHz) => ["-c:a", "libmp3lame", "-b:a", Bps(kbps), "-ar", Mp3RateHz(kbps, rateHz).ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Where ffmpeg is on the search path, if it is and has both encoders.</summary>
    /// <param name="reason">Why there is none, for the report.</param>
    public static string? Find(out string? reason)
    {
        if (FfmpegSource.Locate() is not string program)
        {
            reason = "ffmpeg is not on the PATH: Opus and MP3 are left out.";
            return null;
        }

        string encoders = Run(program, ["-hide_banner", "-encoders"], null, CancellationToken.None);
        reason = encoders.Contains("libopus", StringComparison.Ordinal) && encoders.Contains("libmp3lame", StringComparison.Ordinal)
            ? null
            : $"{program} has no libopus or no libmp3lame: Opus and MP3 are left out.";
        return reason is null ? program : null;
    }

    /// <inheritdoc/>
    public CodecOutput Process(AudioBuffer audio, double rateKbps, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(audio);
        string file = Path.Combine(Path.GetTempPath(), $"audiocodec-{Guid.NewGuid():N}.{_extension}");
        try
        {
            string[] arguments =
            [
                "-hide_banner", "-loglevel", "error", "-y",
                "-f", "f32le", "-ar", audio.SampleRateHz.ToString(CultureInfo.InvariantCulture), "-ac", audio.Channels.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0",
                .. _arguments(rateKbps, audio.SampleRateHz), "-map_metadata", "-1", file,
            ];
            Run(_program, arguments, audio, cancellationToken);

            // Its decoders too, not those of the library: the figures are those of ffmpeg.
            using AudioSource decoded = AudioFile.Convert(FfmpegSource.FromFile(file), audio.SampleRateHz, audio.Channels);
            return new CodecOutput(AudioFile.ReadAll(decoded, file), new FileInfo(file).Length);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Bps(double kbps) => ((int)(kbps * 1000)).ToString(CultureInfo.InvariantCulture);

    private static int Mp3RateHz(double kbps, int sourceRateHz) => Math.Min(sourceRateHz, kbps < 16 ? 8000 : kbps < 24 ? 16000 : 24000);

    private static string Run(string program, string[] arguments, AudioBuffer? input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = System.Diagnostics.Process.Start(start)
            ?? throw new IOException($"'{program}' could not be started.");
        using CancellationTokenRegistration stop = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        using StreamReader written = process.StandardOutput; // Disposing a process leaves open what was read of it.
        using StreamReader messages = process.StandardError;
        Task<string> output = written.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = messages.ReadToEndAsync(CancellationToken.None);
        try
        {
            if (input is not null)
            {
                Write(input, process.StandardInput.BaseStream);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // ffmpeg closed its end: what it says about that is in its exit code and messages.
        }

        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output.Result
            : throw new IOException($"'{program} {string.Join(' ', arguments)}' failed with exit code {process.ExitCode}: {errors.Result.Trim()}");
    }

    private static void Write(AudioBuffer audio, Stream stream)
    {
        var interleaved = new float[audio.Samples.Length];
        audio.ReadInterleaved(0, interleaved);
        stream.Write(MemoryMarshal.AsBytes<float>(interleaved));
    }
}
