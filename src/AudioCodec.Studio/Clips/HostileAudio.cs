using System.Diagnostics;
using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Clips;

/// <summary>Turns bytes from outside into a WAV file, within limits of time, length and memory.</summary>
/// <remarks>
/// What the library reads itself is read block by block in this process. All else goes to ffmpeg, which ends at a limit of its processor time, of the length it writes and, where
/// <c>prlimit</c> is, of its address space; it may open that one file only.
/// </remarks>
internal static class HostileAudio
{
    private const string ResourceLimiter = "/usr/bin/prlimit";
    private const string Name = "the upload";
    private const int BlockSamples = 1 << 14;

    /// <summary>Decodes a file.</summary>
    /// <param name="upload">The bytes.</param>
    /// <param name="wav">Receives 16-bit WAV.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="cancellation">Ends reading and ffmpeg.</param>
    /// <returns>Samples per channel, rate and channels.</returns>
    /// <exception cref="AudioFormatException">The bytes are no audio, or hold none.</exception>
    /// <exception cref="Refusal">It is longer than the limit (413).</exception>
    public static async Task<(long Length, int SampleRateHz, int Channels)> DecodeAsync(string upload, string wav, StudioLimits limits, CancellationToken cancellation)
    {
        try
        {
            using AudioSource? source = AudioFile.OpenNatively(upload, Name);
            if (source is not null)
            {
                return Copy(source, wav, limits, cancellation);
            }
        }
        catch (AudioFormatException) when (FfmpegSource.Locate() is not null)
        {
            // ffmpeg may make more of a damaged file.
        }

        string decoded = upload + ".decoded";
        try
        {
            await RunFfmpegAsync(upload, decoded, limits, cancellation).ConfigureAwait(false);
            using AudioSource source = AudioFile.OpenNatively(decoded, Name) ?? throw new AudioFormatException("ffmpeg wrote no WAV.", Name);
            return Copy(source, wav, limits, cancellation);
        }
        finally
        {
            File.Delete(decoded);
        }
    }

    private static (long Length, int SampleRateHz, int Channels) Copy(AudioSource source, string wav, StudioLimits limits, CancellationToken cancellation)
    {
        long most = (long)(limits.Duration.TotalSeconds * source.SampleRateHz);
        if (source.Channels > 8 || source.LengthSamples > most)
        {
            throw TooLong(source, limits);
        }

        using var writer = new WavWriter(File.Create(wav), source.SampleRateHz, source.Channels, PcmEncoding.S16);
        var block = new float[BlockSamples * source.Channels];
        long length = 0;
        for (int read = source.Read(block); read > 0; read = source.Read(block))
        {
            cancellation.ThrowIfCancellationRequested();
            length += read;
            if (length > most)
            {
                throw TooLong(source, limits);
            }

            writer.Write(block.AsSpan(0, read * source.Channels));
        }

        writer.Complete();
        return length > 0 ? (length, source.SampleRateHz, source.Channels) : throw new AudioFormatException("The upload holds no samples.", "the upload");
    }

    private static Refusal TooLong(AudioSource source, StudioLimits limits) => source.Channels > 8
        ? new Refusal(413, $"The recording has {source.Channels} channels; 8 are the most here.")
        : limits.TooLong();

    private static async Task RunFfmpegAsync(string upload, string decoded, StudioLimits limits, CancellationToken cancellation)
    {
        string ffmpeg = FfmpegSource.Locate() ?? throw new AudioFormatException("The upload is of a kind that needs ffmpeg, which is not on the server's PATH.", "the upload");
        string seconds = ((int)limits.JobTime.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        string longest = (limits.Duration.TotalSeconds + 1).ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "-v", "error", "-nostdin", "-threads", "1", "-max_alloc", (limits.DecoderBytes / 4).ToString(CultureInfo.InvariantCulture), "-timelimit", seconds,
            "-protocol_whitelist", "file", "-i", "file:" + upload, "-vn", "-sn", "-dn", "-map_metadata", "-1", "-t", longest, "-c:a", "pcm_s16le", "-f", "wav", "-y", decoded,
        ];
        bool limiter = File.Exists(ResourceLimiter);
        var start = new ProcessStartInfo(limiter ? ResourceLimiter : ffmpeg, limiter ? [$"--as={limits.DecoderBytes}", $"--cpu={seconds}", ffmpeg, .. arguments] : arguments)
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start) ?? throw new AudioFormatException("ffmpeg did not start.", "the upload");
        using CancellationTokenRegistration stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
        process.StandardInput.Close();
        using StreamReader messages = process.StandardError; // Disposing a process leaves open what was read of it.
        string errors = await messages.ReadToEndAsync(CancellationToken.None).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            string reason = errors.Trim().Split('\n')[0].Replace(upload, "the upload", StringComparison.Ordinal);
            throw new AudioFormatException($"The upload cannot be read as audio: {(reason.Length > 0 ? reason[..Math.Min(300, reason.Length)] : "ffmpeg gave no reason.")}", "the upload");
        }
    }
}
