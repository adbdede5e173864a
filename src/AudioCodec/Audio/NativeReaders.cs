using AudioCodec.Audio.Tags;

namespace AudioCodec.Audio;

/// <summary>The formats that are read without ffmpeg, told by their first bytes.</summary>
/// <remarks>ffmpeg is the second choice, for kinds that are not decoded here; a file that is damaged is not tried with it again.</remarks>
internal static class NativeReaders
{
    /// <summary>Bytes by which a format is told.</summary>
    public const int SignatureBytes = AudioTags.HeaderBytes;

    /// <summary>Opens a stream if it is of a format that is read here.</summary>
    /// <param name="signature">Its first bytes, zeros behind its end.</param>
    /// <param name="tagged">Whether a tag such as ID3 was passed over before them.</param>
    /// <param name="stream">Positioned at the signature; where the result is <see langword="null"/>, it is a stream at the same place.</param>
    /// <param name="path">Name for messages.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader; a pipe must not.</param>
    /// <returns>The reader, or <see langword="null"/> where ffmpeg is to try.</returns>
    /// <exception cref="AudioFormatException">The content is damaged, or needs ffmpeg and there is none.</exception>
    public static AudioSource? Open(ReadOnlySpan<byte> signature, bool tagged, ref Stream stream, string path, bool leaveOpen)
    {
        if (Choose(signature, tagged) is not Func<Stream, string, bool, AudioSource> open)
        {
            return null;
        }

        long start = stream.CanSeek ? stream.Position : 0;
        RecordedHeader? recorded = stream.CanSeek ? null : new RecordedHeader(stream);
        try
        {
            AudioSource reader = open(recorded ?? stream, path, leaveOpen);
            recorded?.Forget();
            return reader;
        }
        catch (UnsupportedAudioException exception) when (FfmpegSource.Locate() is null || recorded?.IsWhole == false)
        {
            throw new AudioFormatException(
                $"'{path}' holds {exception.Message}, which is read through ffmpeg only: install ffmpeg, or convert the file to WAV.", path, exception);
        }
        catch (UnsupportedAudioException)
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

    private static Func<Stream, string, bool, AudioSource>? Choose(ReadOnlySpan<byte> signature, bool tagged) => signature switch
    {
        _ when WavHeader.Recognizes(signature) => (stream, path, leaveOpen) => OpenWav(stream, WavHeader.Read(stream, path), path, leaveOpen),
        _ when FlacReader.Recognizes(signature) => (stream, path, leaveOpen) => new FlacReader(stream, path, leaveOpen),
        _ when OggReader.Recognizes(signature) => (stream, path, leaveOpen) => new OggReader(stream, path, leaveOpen),
        _ when W64Header.Recognizes(signature) => (stream, path, leaveOpen) => OpenWav(stream, W64Header.Read(stream, path), path, leaveOpen),
        _ when AiffHeader.Recognizes(signature) => (stream, path, leaveOpen) => new PcmContainerReader(stream, AiffHeader.Read(stream, path), path, leaveOpen),
        _ when CafHeader.Recognizes(signature) => (stream, path, leaveOpen) => new PcmContainerReader(stream, CafHeader.Read(stream, path), path, leaveOpen),
        _ when AuHeader.Recognizes(signature) => (stream, path, leaveOpen) => new PcmContainerReader(stream, AuHeader.Read(stream, path), path, leaveOpen),
        _ when tagged || Mp3Reader.Recognizes(signature) => (stream, path, leaveOpen) => new Mp3Reader(stream, path, leaveOpen),
        _ => null,
    };

    private static WavReader OpenWav(Stream stream, WavHeader header, string path, bool leaveOpen) => header.Encoding is null
        ? throw new UnsupportedAudioException($"WAV samples of kind 0x{header.FormatTag:X4} with {header.BitsPerSample} bits")
        : new WavReader(stream, header, path, leaveOpen);
}
