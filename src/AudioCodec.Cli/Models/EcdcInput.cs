using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Options;
using AudioCodec.Compression;

namespace AudioCodec.Cli.Models;

/// <summary>An <c>.ecdc</c> input that can be read from its start more than once.</summary>
internal sealed class EcdcInput : IDisposable
{
    private readonly string _path;
    private readonly bool _temporary;

    /// <summary>Takes a file, or copies standard input to a temporary one.</summary>
    /// <param name="session">Whose standard input <c>-</c> means.</param>
    /// <param name="path">The file, or <c>-</c>.</param>
    public EcdcInput(CliSession session, string path)
    {
        _path = path;
        if (path == OutputOptions.Pipe)
        {
            _temporary = true;
            _path = Path.Combine(Path.GetTempPath(), $"audiocodec-{Guid.NewGuid():N}.ecdc");
            using Stream input = session.OpenStandardInput();
            using var copy = new FileStream(_path, FileMode.CreateNew);
            input.CopyTo(copy);
        }
    }

    /// <summary>Whether a file is compressed, by its name.</summary>
    public static bool Belongs(string path) => Path.GetExtension(path).Equals(".ecdc", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens the bytes.</summary>
    public FileStream OpenBytes() => File.OpenRead(_path);

    /// <summary>Starts decoding.</summary>
    /// <param name="models">Gives the model that the stream names.</param>
    /// <param name="damage">What to do about damage.</param>
    /// <param name="excerpt">The part to give; found through the index of a version-1 file, cut out of the whole of a version-0 file.</param>
    /// <exception cref="BitstreamException">The stream is damaged or was made with another model than the one named.</exception>
    /// <exception cref="UsageException">The stream ends before the part begins.</exception>
    public AudioSource OpenAudio(ModelProvider models, DamagePolicy damage, Excerpt excerpt)
    {
        if (excerpt.IsWhole)
        {
            return OpenFrom(models, damage, 0);
        }

        if (Version1() is EcdcV1Reader reader)
        {
            using (reader)
            {
                SampleRange range = excerpt.In(reader.LengthSamples, reader.Header.Geometry.SampleRateHz);
                return new ExcerptSource(OpenFrom(models, damage, range.Start), range with { Start = 0 });
            }
        }

        AudioSource whole = OpenFrom(models, damage, 0);
        try
        {
            return new ExcerptSource(whole, excerpt.In(whole.LengthSamples ?? long.MaxValue, whole.SampleRateHz));
        }
        catch
        {
            whole.Dispose();
            throw;
        }
    }

    /// <summary>Rate and length of the audio that was compressed.</summary>
    /// <exception cref="UsageException">The file does not say.</exception>
    /// <exception cref="BitstreamException">The file is damaged.</exception>
    public OriginalAudio Original()
    {
        using EcdcV1Reader? reader = Version1();
        return reader is { Header.OriginalSampleRateHz: > 0 and int rate }
            ? new OriginalAudio(rate, reader.OriginalLengthSamples < 0 ? null : reader.OriginalLengthSamples)
            : throw new UsageException(
                $"--rate original: {(reader is null ? "version 0 of the format" : "this file")} does not say which rate the original had; give a rate in Hz.");
    }

    private AudioSource OpenFrom(ModelProvider models, DamagePolicy damage, long startSample) => EcdcFile.OpenAudio(
        OpenBytes(), models.ForStream, new EcdcOpenOptions { Threads = models.Threads, Damage = damage, StartSample = startSample });

    /// <summary>Looks into a version-1 file, whatever the state of its chunks.</summary>
    private EcdcV1Reader? Version1()
    {
        FileStream stream = OpenBytes();
        try
        {
            if (EcdcMagic.ReadVersion(stream) == 1)
            {
                return EcdcV1Reader.OpenAfterVersion(stream, new EcdcV1ReadOptions { Damage = DamagePolicy.Conceal });
            }

            stream.Dispose();
            return null;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_temporary)
        {
            File.Delete(_path);
        }
    }
}

/// <summary>What a file says about the audio that it was made of.</summary>
/// <param name="SampleRateHz">Its rate.</param>
/// <param name="LengthSamples">Its samples per channel, or <see langword="null"/> where unknown.</param>
internal sealed record OriginalAudio(int SampleRateHz, long? LengthSamples);
