using AudioCodec.Audio;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Whether an output's name says what is written under it.</summary>
internal static class OutputSuffix
{
    /// <summary>Whether a name promises audio that ffmpeg has to write.</summary>
    public static bool NeedsFfmpeg(string path) =>
        AudioFile.HasKnownExtension(path) && !Path.GetExtension(path).Equals(".wav", StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses a name of audio for a compressed file.</summary>
    /// <exception cref="UsageException">The name promises audio.</exception>
    public static void RequireCompressed(string path)
    {
        if (AudioFile.HasKnownExtension(path))
        {
            throw new UsageException(
                $"Output '{path}' is named like audio, and an .ecdc file would be written: name it .ecdc. 'audiocodec IN {Path.GetFileName(path)}' compresses and decompresses.");
        }
    }

    /// <summary>Refuses a name that promises anything else than what is written of decoded audio.</summary>
    /// <exception cref="UsageException">The name promises a compressed file, or a container where samples without a header are asked for.</exception>
    /// <exception cref="IOException">The name promises a format that only ffmpeg writes, and there is no ffmpeg.</exception>
    public static void RequireAudio(string path, WavFormat format)
    {
        if (EcdcInput.HasExtension(path))
        {
            throw new UsageException($"Output '{path}' is named like a compressed file, and audio would be written: name it .wav.");
        }

        if (format.Raw is not null && AudioFile.HasKnownExtension(path))
        {
            throw new UsageException($"--raw writes samples without a header, and '{path}' promises a {Path.GetExtension(path)} file: name it .raw, or leave out --raw.");
        }

        if (NeedsFfmpeg(path))
        {
            FfmpegSink.Program(path);
        }
    }
}
