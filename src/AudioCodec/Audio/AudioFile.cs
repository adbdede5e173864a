using System.Text;
using AudioCodec.Audio.Ogg;
using AudioCodec.Files;

namespace AudioCodec.Audio;

/// <summary>Opens audio of any format: WAV, FLAC, Opus and Ogg Vorbis natively, the rest through ffmpeg where it is installed.</summary>
/// <remarks>The content decides how a file is read, not its extension.</remarks>
public static class AudioFile
{
    private const int SignatureBytes = 12;

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
            throw new AudioFormatException($"'{name}' cannot be converted: {exception.Message}", name, exception);
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

    /// <summary>Reads until the block is full or the source ends.</summary>
    private static int Fill(AudioSource source, float[] block)
    {
        int samples = 0;
        while (samples * source.Channels < block.Length)
        {
            int read = source.Read(block.AsSpan(samples * source.Channels));
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
            var signature = new byte[SignatureBytes];
            int read = stream.ReadAtLeast(signature, SignatureBytes, throwOnEndOfStream: false);
            if (read == 0)
            {
                throw new AudioFormatException($"'{path}' is empty: there is no audio in it.", path);
            }

            if (stream.CanSeek)
            {
                stream.Seek(-read, SeekOrigin.Current);
                return OpenKind(signature, stream, path, leaveOpen, isFile);
            }

            return OpenKind(signature, new ReplayStream(signature[..read], stream, leaveOpen), path, false, false);
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

    private static AudioSource OpenKind(ReadOnlySpan<byte> signature, Stream stream, string path, bool leaveOpen, bool isFile)
    {
        if (IsWav(signature))
        {
            long start = stream.CanSeek ? stream.Position : 0;
            RecordedHeader? recorded = stream.CanSeek ? null : new RecordedHeader(stream);
            WavHeader header = WavHeader.Read(recorded ?? stream, path);
            if (header.Encoding is not null || recorded?.IsWhole == false || (!isFile && FfmpegSource.Locate() is null))
            {
                return new WavReader(stream, header, path, leaveOpen);
            }

            // The samples are compressed: ffmpeg gets the stream from the header on.
            if (recorded is not null)
            {
                stream = recorded.FromItsStart();
            }
            else
            {
                stream.Position = start;
            }
        }
        else if (FlacReader.Recognizes(signature, stream))
        {
            return new FlacReader(stream, path, leaveOpen);
        }
        else if (OggReader.Recognizes(signature) && OpenOgg(ref stream, path, leaveOpen) is OggReader ogg)
        {
            return ogg;
        }

        if (isFile)
        {
            stream.Dispose();
            return FfmpegSource.FromFile(path);
        }

        Stream content = leaveOpen ? new ReplayStream([], stream, leaveOpen: true) : stream;
        return IsMp4(signature) ? FfmpegSource.FromCopy(content, path) : FfmpegSource.FromStream(content, path);
    }

    /// <summary>Reads the headers of an Ogg file; where it is not decoded here, the stream is back at its start, for ffmpeg.</summary>
    private static OggReader? OpenOgg(ref Stream stream, string path, bool leaveOpen)
    {
        long start = stream.CanSeek ? stream.Position : 0;
        RecordedHeader? recorded = stream.CanSeek ? null : new RecordedHeader(stream);
        try
        {
            var reader = new OggReader(recorded ?? stream, path, leaveOpen);
            recorded?.Forget();
            return reader;
        }
        catch (UnsupportedOggException exception) when (FfmpegSource.Locate() is null || recorded?.IsWhole == false)
        {
            throw new AudioFormatException($"'{path}' holds {exception.Message}, which is read through ffmpeg only: install ffmpeg, or convert the file to WAV.", path, exception);
        }
        catch (UnsupportedOggException)
        {
            if (recorded is not null)
            {
                stream = recorded.FromItsStart();
            }
            else
            {
                stream.Position = start;
            }

            return null;
        }
    }

    /// <summary>Whether a file is of the family of MP4 and QuickTime, whose index usually comes last.</summary>
    private static bool IsMp4(ReadOnlySpan<byte> signature) =>
        Encoding.Latin1.GetString(signature[4..8]) is "ftyp" or "moov" or "mdat" or "wide" or "free" or "skip" or "pnot";

    private static bool IsWav(ReadOnlySpan<byte> signature) =>
        signature[8..12].SequenceEqual("WAVE"u8)
        && (signature[..4].SequenceEqual("RIFF"u8) || signature[..4].SequenceEqual("RF64"u8) || signature[..4].SequenceEqual("BW64"u8));
}
