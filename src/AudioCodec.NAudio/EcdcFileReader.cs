using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AudioCodec.Audio;
using NAudio.Wave;

namespace AudioCodec.NAudio;

/// <summary>An <c>.ecdc</c> file as NAudio's <c>AudioFileReader</c> gives other files: a seekable stream of 32-bit float samples with a volume.</summary>
/// <remarks>
/// Samples are decoded while they are read, in constant memory, and not clipped to -1 to 1. The constructor loads the codec, so that a player's
/// thread does not have to find that it is missing. One thread may read while another sets position and volume.
/// </remarks>
public sealed class EcdcFileReader : WaveStream, ISampleProvider
{
    private readonly Lock _lock = new();
    private readonly EcdcFile _file;
    private readonly IDisposable[] _owned;
    private AudioSource? _source;
    private long _positionSamples;
    private bool _disposed;

    /// <summary>Opens a file.</summary>
    /// <param name="fileName">The file.</param>
    /// <param name="codecs">Gives the codec, and is not disposed; <see langword="null"/> to look for it on this machine.</param>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    /// <exception cref="ModelNotFoundException">The codec that the file was made with is not on this machine.</exception>
    /// <exception cref="BitstreamException">The file is damaged, or was made with other weights.</exception>
    public EcdcFileReader(string fileName, CodecProvider? codecs = null)
        : this(Open(fileName, codecs))
    {
        FileName = fileName;
    }

    /// <summary>Opens a file of one codec.</summary>
    /// <param name="fileName">The file.</param>
    /// <param name="codec">The codec that it was made with; not disposed.</param>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    /// <exception cref="BitstreamException">The file is damaged, or was made with another model.</exception>
    public EcdcFileReader(string fileName, Codec codec)
        : this(Owned(Required(codec).Open(File.OpenRead(fileName))))
    {
        FileName = fileName;
    }

    /// <summary>Reads a file from a stream, which stays open.</summary>
    /// <param name="inputStream">The file from its first byte; it must seek.</param>
    /// <param name="codecs">Gives the codec; not disposed.</param>
    /// <exception cref="ArgumentException">The stream does not seek.</exception>
    /// <exception cref="ModelNotFoundException">The codec that the file was made with is not on this machine.</exception>
    /// <exception cref="BitstreamException">The file is damaged, or was made with other weights.</exception>
    public EcdcFileReader(Stream inputStream, CodecProvider codecs)
        : this(Owned(Required(codecs).Open(inputStream, new EcdcOpenOptions { LeaveOpen = true })))
    {
    }

    /// <summary>Reads a file of one codec from a stream, which stays open.</summary>
    /// <param name="inputStream">The file from its first byte; it must seek.</param>
    /// <param name="codec">The codec that it was made with; not disposed.</param>
    /// <exception cref="ArgumentException">The stream does not seek.</exception>
    /// <exception cref="BitstreamException">The file is damaged, or was made with another model.</exception>
    public EcdcFileReader(Stream inputStream, Codec codec)
        : this(Owned(Required(codec).Open(inputStream, new EcdcOpenOptions { LeaveOpen = true })))
    {
    }

    /// <summary>Reads an open file.</summary>
    /// <param name="file">The file; nothing else may read it meanwhile.</param>
    /// <param name="leaveOpen">Whether the file outlives the reader.</param>
    /// <exception cref="ModelNotFoundException">The codec that the file was made with is not on this machine.</exception>
    /// <exception cref="BitstreamException">The file is damaged, or was made with other weights.</exception>
    public EcdcFileReader(EcdcFile file, bool leaveOpen = false)
        : this(leaveOpen ? (Required(file), []) : Owned(Required(file)))
    {
    }

    private EcdcFileReader((EcdcFile File, IDisposable[] Owned) opened)
    {
        (_file, _owned) = opened;
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(_file.Info.SampleRateHz, _file.Info.Channels);
        try
        {
            _source = _file.OpenAudio();
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>The file's path, or <see langword="null"/> where a stream is read.</summary>
    public string? FileName { get; }

    /// <summary>What the file says about itself.</summary>
    public EcdcInfo Info => _file.Info;

    /// <summary>Texts that the file carries, such as <c>title</c>.</summary>
    public IReadOnlyDictionary<string, string> Tags => _file.Tags;

    /// <summary>32-bit float samples of the model's rate and channels.</summary>
    public override WaveFormat WaveFormat { get; }

    /// <summary>Bytes of the decoded audio.</summary>
    public override long Length => _file.Info.LengthSamples * BlockAlign;

    /// <summary>Where the next read begins, in bytes of decoded audio: rounded down to whole samples, and at most the length.</summary>
    /// <remarks>
    /// The samples read after a jump are as near the original as those of uninterrupted decoding. They are not the same: most models come within -60 dB, the bundled
    /// <c>audiocodec_24khz</c> does not. At the beginning they are equal.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public override long Position
    {
        get
        {
            lock (_lock)
            {
                return _positionSamples * BlockAlign;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                long samples = Math.Min(value / BlockAlign, _file.Info.LengthSamples);
                if (samples != _positionSamples)
                {
                    // The next read opens the new place: a slider that is dragged decodes nothing.
                    CloseSource();
                    _positionSamples = samples;
                }
            }
        }
    }

    /// <summary>Factor for all samples; 1 leaves them as they are.</summary>
    public float Volume { get; set; } = 1;

    /// <summary>Reads interleaved samples.</summary>
    /// <param name="buffer">Filled as far as whole samples of all channels go.</param>
    /// <returns>Values read: fewer than fit only at the end, then 0.</returns>
    /// <exception cref="ArgumentException">The buffer does not hold one sample of all channels.</exception>
    /// <exception cref="BitstreamException">The file is damaged.</exception>
    public int Read(Span<float> buffer)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _source ??= _file.OpenAudioAt(_positionSamples);
            int read = _source.Fill(buffer);
            _positionSamples += read / WaveFormat.Channels;
            if (Volume != 1)
            {
                TensorPrimitives.Multiply(buffer[..read], Volume, buffer);
            }

            return read;
        }
    }

    /// <summary>Reads samples as bytes.</summary>
    /// <param name="buffer">Filled as far as whole samples of all channels go.</param>
    /// <returns>Bytes read: fewer than fit only at the end, then 0.</returns>
    /// <inheritdoc cref="Read(Span{float})" path="/exception"/>
    public override int Read(Span<byte> buffer) => Read(MemoryMarshal.Cast<byte, float>(buffer)) * sizeof(float);

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lock)
            {
                _disposed = true;
                CloseSource();
                Array.ForEach(_owned, owned => owned.Dispose());
            }
        }

        base.Dispose(disposing);
    }

    private static (EcdcFile File, IDisposable[] Owned) Open(string fileName, CodecProvider? codecs)
    {
        FileStream stream = File.OpenRead(fileName);
        if (codecs is not null)
        {
            return Owned(codecs.Open(stream));
        }

        var own = new CodecProvider();
        try
        {
            EcdcFile file = own.Open(stream);
            return (file, [file, own]);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    private static (EcdcFile File, IDisposable[] Owned) Owned(EcdcFile file) => (file, [file]);

    private static T Required<T>(T? argument, [CallerArgumentExpression(nameof(argument))] string? name = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(argument, name);
        return argument;
    }

    private void CloseSource()
    {
        _source?.Dispose();
        _source = null;
    }
}
