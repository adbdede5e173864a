using AudioCodec.Audio;
using AudioCodec.Bitstream;
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

    /// <summary>Opens the bytes.</summary>
    public FileStream OpenBytes() => File.OpenRead(_path);

    /// <summary>Starts decoding from the start.</summary>
    /// <param name="models">Gives the model that the stream names.</param>
    /// <param name="damage">What to do about damage.</param>
    /// <exception cref="BitstreamException">The stream is damaged or was made with another model than the one named.</exception>
    public AudioSource OpenAudio(ModelProvider models, DamagePolicy damage = DamagePolicy.Refuse) =>
        EcdcFile.OpenAudio(OpenBytes(), models.ForStream, new EcdcOpenOptions { Threads = models.Threads, Damage = damage });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_temporary)
        {
            File.Delete(_path);
        }
    }
}
