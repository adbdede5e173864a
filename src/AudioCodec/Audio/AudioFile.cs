using System.Text;
using AudioCodec.Audio.Tags;
using AudioCodec.Files;

namespace AudioCodec.Audio;

/// <summary>Opens audio of any format: WAV, FLAC, MP3, Opus, Ogg Vorbis, AIFF, CAF, Wave64 and AU natively, the rest through ffmpeg where it is installed.</summary>
/// <remarks>The content decides how a file is read, not its extension.</remarks>
public static class AudioFile
{
    /// <summary>Tags in a row that are passed over; files of nothing else are not followed for ever.</summary>
    private const int MostTags = 16;

    private static readonly HashSet<string> s_extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma", ".webm", ".mka", ".mp4", ".mkv", ".mov",
        ".aifc", ".caf", ".w64", ".au", ".snd", ".wv", ".ape", ".tta", ".mp2", ".ac3", ".amr", ".m4b", ".3gp",
    };

    /// <summary>Whether a file's extension is one of audio or video, which is how files are chosen from folders.</summary>
    public static bool HasKnownExtension(string path) => s_extensions.Contains(Path.GetExtension(path));

    /// <summary>All files below a folder whose extension is one of audio or video, sorted by path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="unreadable">Receives the path of a subfolder that cannot be read, which is passed over; <see langword="null"/> to fail there.</param>
    /// <exception cref="IOException">The folder does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static IReadOnlyList<string> FindAll(string folder, Action<string>? unreadable = null) => FolderTree.Files(folder, HasKnownExtension, unreadable);

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AudioFormatException">The content cannot be read as audio, or needs ffmpeg and there is none.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    public static AudioSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(File.OpenRead(path), path, leaveOpen: false, isFile: true);
    }

    /// <summary>Reads audio from a stream.</summary>
    /// <param name="stream">Positioned at the first byte; need not be seekable.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="leaveOpen">
    /// Whether the stream outlives the source. Formats that ffmpeg decodes are read ahead on another thread.
    /// </param>
    /// <exception cref="AudioFormatException">The content cannot be read as audio, or needs ffmpeg and there is none.</exception>
    public static AudioSource OpenStream(Stream stream, string name = "-", bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Open(stream, name, leaveOpen, isFile: false);
    }

    /// <summary>Opens a file if no ffmpeg is needed for it; none is started.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Name for messages.</param>
    /// <returns>The reader, or <see langword="null"/> where ffmpeg is to try.</returns>
    /// <exception cref="AudioFormatException">The content is damaged, or needs ffmpeg and there is none.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    internal static AudioSource? OpenNatively(string path, string name)
    {
        Stream stream = File.OpenRead(path);
        AudioSource? reader = null;
        try
        {
            bool leaveOpen = false;
            return reader = OpenNatively(ref stream, ref leaveOpen, new byte[NativeReaders.SignatureBytes], name);
        }
        finally
        {
            if (reader is null)
            {
                stream.Dispose();
            }
        }
    }

    /// <summary>Opens a file and converts it to a sample rate and a number of channels while it is read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampleRateHz">Wanted samples per second and channel.</param>
    /// <param name="channels">Wanted channels.</param>
    /// <exception cref="AudioFormatException">The content cannot be read, or cannot be converted.</exception>
    public static AudioSource OpenConverted(string path, int sampleRateHz, int channels)
    {
        AudioSource source = Open(path);
        try
        {
            return ConvertInput(source, sampleRateHz, channels, path);
        }
        catch (AudioFormatException)
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Converts a source to a codec's format; one that cannot be converted is bad input, not a bad call.</summary>
    /// <param name="source">Disposed together with the result.</param>
    /// <param name="sampleRateHz">Wanted samples per second and channel.</param>
    /// <param name="channels">Wanted channels.</param>
    /// <param name="name">The source's name, for messages.</param>
    /// <exception cref="AudioFormatException">The source cannot be converted.</exception>
    internal static AudioSource ConvertInput(AudioSource source, int sampleRateHz, int channels, string name = "-")
    {
        try
        {
            return Convert(source, sampleRateHz, channels);
        }
        catch (ArgumentException exception)
        {
            throw new AudioFormatException($"{(name == "-" ? "The audio" : $"'{name}'")} cannot be converted: {Messages.WithoutParameter(exception)}", name, exception);
        }
    }

    /// <summary>Wraps a source so that it is read at another sample rate and with other channels, where these differ.</summary>
    /// <param name="source">Disposed together with the result.</param>
    /// <param name="sampleRateHz">Wanted samples per second and channel.</param>
    /// <param name="channels">Wanted channels.</param>
    /// <exception cref="ArgumentException">The rates or channels cannot be converted.</exception>
    public static AudioSource Convert(AudioSource source, int sampleRateHz, int channels)
    {
        ArgumentNullException.ThrowIfNull(source);

        // Fewer channels first, more channels last: the resampler then has the least to do, with the same result.
        AudioSource converted = source.Channels > channels ? new ChannelConvertingSource(source, channels) : source;
        converted = converted.SampleRateHz != sampleRateHz ? new ResamplingSource(converted, sampleRateHz) : converted;
        return converted.Channels != channels ? new ChannelConvertingSource(converted, channels) : converted;
    }

    /// <summary>Reads a whole file into memory.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AudioFormatException">The content cannot be read as audio, or does not fit into one array.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    public static AudioBuffer ReadAll(string path)
    {
        using AudioSource source = Open(path);
        return ReadAll(source, path);
    }

    /// <summary>Reads the rest of a source into memory; the caller disposes the source.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="AudioFormatException">The content is damaged, or does not fit into one array.</exception>
    public static AudioBuffer ReadAll(AudioSource source, string name = "-")
    {
        ArgumentNullException.ThrowIfNull(source);
        int channels = source.Channels;

        // Memory follows the samples that arrive, not the length that a header claims.
        var blocks = new List<(float[] Samples, int Count)>();
        long total = 0;
        while (true)
        {
            var block = new float[Math.Max(1 << 15, channels) / channels * channels];
            int count = Fill(source, block);
            blocks.Add((block, count));
            total += count;
            if (total * channels > Array.MaxLength)
            {
                throw new AudioFormatException($"'{name}' holds more samples than fit into memory at once: read it as a stream.", name);
            }

            if (count * channels < block.Length)
            {
                break;
            }
        }

        var audio = new AudioBuffer(new float[total * channels], channels, source.SampleRateHz);
        int at = 0;
        foreach ((float[] samples, int count) in blocks)
        {
            audio.WriteInterleaved(at, samples.AsSpan(0, count * channels));
            at += count;
        }

        return audio;
    }

    /// <summary>Reads until a block is full or the source ends; returns the samples per channel read.</summary>
    internal static int Fill(AudioSource source, Span<float> block)
    {
        int samples = 0;
        while (samples * source.Channels < block.Length)
        {
            int read = source.Read(block[(samples * source.Channels)..]);
            if (read == 0)
            {
                break;
            }

            samples += read;
        }

        return samples;
    }

    private static AudioSource Open(Stream stream, string path, bool leaveOpen, bool isFile)
    {
        try
        {
            var signature = new byte[NativeReaders.SignatureBytes];
            if (OpenNatively(ref stream, ref leaveOpen, signature, path) is AudioSource reader)
            {
                return reader;
            }

            if (isFile && stream.CanSeek)
            {
                stream.Dispose();
                return FfmpegSource.FromFile(path);
            }

            Stream content = leaveOpen ? new ReplayStream([], stream, leaveOpen: true) : stream;
            return IsMp4(signature) ? FfmpegSource.FromCopy(content, path) : FfmpegSource.FromStream(content, path);
        }
        catch
        {
            if (!leaveOpen)
            {
                stream.Dispose();
            }

            throw;
        }
    }

    private static AudioSource? OpenNatively(ref Stream stream, ref bool leaveOpen, byte[] signature, string path)
    {
        bool tagged = FindAudio(ref stream, ref leaveOpen, signature, path);
        return NativeReaders.Open(signature, tagged, ref stream, path, leaveOpen);
    }

    /// <summary>Goes to the audio, behind tags such as ID3 that come first, and looks at its first bytes.</summary>
    /// <param name="stream">Positioned at the audio afterwards; a pipe is wrapped in a stream that gives its first bytes again.</param>
    /// <param name="leaveOpen">Whether the stream outlives its reader; not so once it is wrapped.</param>
    /// <param name="signature">Receives the first bytes, and zeros behind the end.</param>
    /// <param name="path">Name for messages.</param>
    /// <returns>Whether there was a tag.</returns>
    /// <exception cref="AudioFormatException">There is no audio.</exception>
    private static bool FindAudio(ref Stream stream, ref bool leaveOpen, byte[] signature, string path)
    {
        for (int tags = 0; ; tags++)
        {
            Array.Clear(signature);
            int read = stream.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false);
            if (read == 0)
            {
                throw new AudioFormatException($"'{path}' {(tags > 0 ? "ends behind its tags" : "is empty")}: there is no audio in it.", path);
            }

            if (stream.CanSeek)
            {
                stream.Seek(-read, SeekOrigin.Current);
            }
            else
            {
                stream = new ReplayStream(signature[..read], stream, leaveOpen);
                leaveOpen = false;
            }

            long tagBytes = AudioTags.Measure(signature.AsSpan(0, read));
            if (tagBytes == 0 || tags == MostTags)
            {
                return tags > 0;
            }

            stream.TrySkip(tagBytes);
        }
    }

    /// <summary>Whether a file is of the family of MP4 and QuickTime, whose index usually comes last.</summary>
    private static bool IsMp4(ReadOnlySpan<byte> signature) =>
        Encoding.Latin1.GetString(signature[4..8]) is "ftyp" or "moov" or "mdat" or "wide" or "free" or "skip" or "pnot";
}
