using System.Runtime.CompilerServices;
using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Compression;
using AudioCodec.Entropy;
using AudioCodec.Files;
using AudioCodec.Models;

namespace AudioCodec;

/// <summary>An open <c>.ecdc</c> file: its properties, its audio from any position, and its codes.</summary>
/// <remarks>
/// Opening reads header, tags and index; the codec is loaded when audio or entropy-coded codes are first read. Not thread-safe; its sources
/// can be read in turn, but not at the same time. Open one with <see cref="Codec.OpenAsync"/> or <see cref="CodecProvider.OpenAsync"/>.
/// </remarks>
public sealed partial class EcdcFile : IDisposable, IAsyncDisposable
{
    private const double BlockSeconds = 0.1;
    private readonly IEcdcContainer _container;
    private readonly IStreamModels _models;
    private readonly IDisposable? _stream;
    private CodecModel? _model;
    private EcdcV1Reader? _chunked;

    private EcdcFile(IEcdcContainer container, IStreamModels models, long fileBytes, IDisposable? stream)
    {
        _container = container;
        _models = models;
        _stream = stream;
        Info = EcdcInfo.Of(container, fileBytes);
        Tags = container.Tags.ToDictionary();
    }

    /// <summary>Properties of the file.</summary>
    public EcdcInfo Info { get; }

    /// <summary>Playing time.</summary>
    public TimeSpan Duration => Info.Duration;

    /// <summary>Texts in the file, such as <c>title</c>, in order; none in version 0.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; }

    /// <summary>Damage found so far (with <see cref="EcdcOpenOptions.ConcealDamage"/>).</summary>
    public IReadOnlyList<EcdcDamage> Damage => _container.Damage;

    /// <summary>The file in chunks: itself, or a copy of a version-0 file, for which the codec is loaded.</summary>
    internal EcdcV1Reader Version1 => _container as EcdcV1Reader ?? (_chunked ??= Convert());

    private bool IsCodedInChunks => Info is { IsEntropyCoded: true, FormatVersion: 1 };

    /// <summary>The codec and its status; loads the codec at the first call.</summary>
    internal CodecModel Model
    {
        get
        {
            if (_model is null)
            {
                CodecModel model = _models.Load(Info.Model);
                RequireGeometry(model.Config);
                if (_models.Threads > 1)
                {
                    model.Prepare(coders: false, decoder: false); // The entropy model is loaded here meanwhile.
                }

                ChunkCoderPool? coders = IsCodedInChunks ? RequireCoders(model) : null;
                _container.UseModels(model.Fingerprint.ToBytes(), coders, _models.Threads);
                _model = model;
            }

            return _model;
        }
    }

    /// <summary>The file's audio, decoded while it is read, in constant memory; not clipped to -1 to 1.</summary>
    /// <remarks>
    /// Samples behind a start inside the file are as near the original as those of a decode from the beginning, but not the same: most models come within -60 dB, the bundled
    /// <c>audiocodec_24khz</c>, whose decoder hardly forgets how it began, does not. To compare samples, decode from the beginning.
    /// </remarks>
    /// <param name="start">Start in the recording, which is found directly in version-1 files and bit-packed version-0 files.</param>
    /// <exception cref="ArgumentOutOfRangeException">The recording is shorter.</exception>
    /// <exception cref="ModelNotFoundException">The codec that the file was made with is not on this machine.</exception>
    /// <exception cref="BitstreamException">The file was made with other weights, or is damaged.</exception>
    public AudioSource OpenAudio(TimeSpan start = default) => OpenAudioAt((long)Math.Round(start.TotalSeconds * Info.SampleRateHz));

    /// <summary>The file's audio, starting at a sample.</summary>
    /// <param name="startSample">First sample, at the model's rate; at the file's length the source is empty.</param>
    /// <inheritdoc cref="OpenAudio"/>
    public AudioSource OpenAudioAt(long startSample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startSample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startSample, Info.LengthSamples);

        // Beside the codec, a thread decodes codes ahead.
        int threads = IsCodedInChunks ? Math.Max(1, _models.Threads - 1) : _models.Threads;
        return new EcdcAudioSource(_container, Model.Engine, threads, startSample);
    }

    /// <summary>The file's audio in blocks of a tenth of a second, decoded on the thread pool.</summary>
    /// <param name="start">Start in the recording.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <inheritdoc cref="OpenAudio"/>
    public async IAsyncEnumerable<AudioBlock> ReadAudioAsync(TimeSpan start = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using AudioSource source = await Task.Run(() => OpenAudio(start), cancellationToken).ConfigureAwait(false);
        long position = Info.LengthSamples - (source.LengthSamples ?? 0);
        int length = Math.Max(1, (int)(BlockSeconds * source.SampleRateHz)) * source.Channels;
        while (true)
        {
            var block = new float[length];
            int read = await Task.Run(() => source.Read(block), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                yield break;
            }

            yield return new AudioBlock(block.AsMemory(0, read * source.Channels), position, source.SampleRateHz, source.Channels);
            position += read;
        }
    }

    /// <summary>Checks checksums, lengths and padding without decoding audio.</summary>
    /// <param name="cancellationToken">Stops between parts.</param>
    public EcdcVerification Verify(CancellationToken cancellationToken = default) => _container.Verify(cancellationToken);

    /// <summary>
    /// Joins files of one model without re-encoding: the result, of version 1, decodes to the concatenation of their audio. For version-0 files, whose codes
    /// are put into chunks unchanged, the codec is loaded.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="output">Receives the result; need not be seekable. Left open.</param>
    /// <exception cref="ArgumentException">The files were not made with the same model, codebooks and entropy model.</exception>
    /// <exception cref="BitstreamException">A file is damaged.</exception>
    /// <exception cref="ModelNotFoundException">The codec of a version-0 file is not on this machine.</exception>
    public static void Join(IReadOnlyList<EcdcFile> files, Stream output)
    {
        ArgumentNullException.ThrowIfNull(files);
        EcdcV1Editor.Concat([.. files.Select(file => file.Version1)], output);
    }

    /// <summary>
    /// Cuts a part out without re-encoding: whole chunks are kept, and the samples to drop of them are stored. The part is of version 1; for a version-0
    /// file, whose codes are put into chunks unchanged, the codec is loaded.
    /// </summary>
    /// <param name="startSample">First sample kept, at the model's rate.</param>
    /// <param name="lengthSamples">Samples kept; cut at the file's end.</param>
    /// <param name="output">Receives the part; need not be seekable. Left open.</param>
    /// <exception cref="BitstreamException">The file is damaged.</exception>
    /// <exception cref="ModelNotFoundException">The codec of a version-0 file is not on this machine.</exception>
    public void CopyPart(long startSample, long lengthSamples, Stream output)
    {
        EcdcGeometry geometry = _container.Geometry;
        EcdcV1Editor.Trim(Version1, startSample, lengthSamples, EcdcAudioSource.WarmUpFrames(geometry), output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _chunked?.Dispose();
        _container.Dispose();
        _stream?.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes the chunks of a version-0 file, which joining and cutting otherwise do at their first use of it.</summary>
    /// <inheritdoc cref="Join"/>
    internal void PutIntoChunks() => _ = Version1;

    /// <summary>Writes the file's audio as WAV, clipped as by the reference.</summary>
    internal DecompressionResult WriteWav(
        Stream output, DecompressionOptions options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        using AudioSource decoded = OpenAudio(options.Start);
        AudioSource part = options.Duration is TimeSpan duration
            ? new ExcerptSource(decoded, 0, (long)Math.Round(duration.TotalSeconds * decoded.SampleRateHz))
            : decoded;
        AudioSource source = AudioFile.Convert(part, options.SampleRateHz ?? part.SampleRateHz, part.Channels);
        using var writer = new WavWriter(output, source.SampleRateHz, source.Channels, options.Encoding, source.LengthSamples, leaveOpen: true);
        AudioTransferResult result = AudioTransfer.Write(source, writer, progress: progress, cancellationToken: cancellationToken);
        output.Flush();
        return new DecompressionResult(result.LengthSamples, source.SampleRateHz, source.Channels, result.Peak, result.ClippedValues, result.Warnings);
    }

    /// <summary>Opens a file; a stream that is not seekable is copied first.</summary>
    /// <exception cref="BitstreamException">The file is damaged, or of a model that is not known here.</exception>
    internal static async Task<EcdcFile> OpenAsync(Stream stream, IStreamModels models, EcdcOpenOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
        {
            return Open(stream, models, options);
        }

        Stream copy = await TemporaryFile.CopyAsync(stream, cancellationToken).ConfigureAwait(false);
        if (!options.LeaveOpen)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        return Open(copy, models, options with { LeaveOpen = false });
    }

    /// <summary>Opens a file whose stream is seekable.</summary>
    /// <exception cref="BitstreamException">The file is damaged, or of a model that is not known here.</exception>
    internal static EcdcFile Open(Stream stream, IStreamModels models, EcdcOpenOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            throw new ArgumentException("The stream does not seek; open it asynchronously, which copies it.", nameof(stream));
        }

        try
        {
            var view = new StreamView(stream, stream.Position);
            return new EcdcFile(OpenContainer(view, models, options), models, view.Length, options.LeaveOpen ? null : stream);
        }
        catch when (!options.LeaveOpen)
        {
            stream.Dispose();
            throw;
        }
    }

    private static IEcdcContainer OpenContainer(StreamView stream, IStreamModels models, EcdcOpenOptions options)
    {
        switch (EcdcHeader.Read(stream))
        {
            case EcdcV1Header header:
                var read = new EcdcV1ReadOptions { Damage = options.ConcealDamage ? DamagePolicy.Conceal : DamagePolicy.Refuse };
                return EcdcV1Reader.Open(stream, header, read);
            case EcdcV0Header header:
                EncodecConfig config = models.FindConfig(header.Model) ?? throw new BitstreamException(
                    $"The file was made with model '{header.Model}', which is not known. Name its checkpoint, or install the model.", 9, "m");
                return OpenVersion0(stream, header, config.ToEcdcGeometry(), models);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static EcdcV0Container OpenVersion0(StreamView stream, EcdcV0Header header, EcdcGeometry geometry, IStreamModels models)
    {
        if (!header.UsesLanguageModel)
        {
            return EcdcV0Container.Packed(stream, header, geometry);
        }

        header.RequireFit(geometry);
        var segments = new Lazy<IReadOnlyList<(EcdcSegment, ushort[])>>(() =>
        {
            CodecModel model = models.Load(header.Model);
            _ = RequireCoders(model, header.Model);
            stream.Position = header.ByteCount;
            return EcdcV0CodedReader.Read(stream, header, geometry, model.EntropyModel!); // RequireCoders has loaded it.
        });
        return new EcdcV0Container(header, geometry, frame => new DecodedCodesReader(geometry, header, segments.Value, frame), stream);
    }

    private static ChunkCoderPool RequireCoders(CodecModel model, string? name = null) => model.Coders ?? throw new BitstreamException(
        $"The codes are entropy-coded with a language model of '{name ?? model.Config.Name}', which is not on this machine. Install or name it.",
        EcdcMagic.ByteCount,
        "language model fingerprint");

    private EcdcV1Reader Convert()
    {
        CodecModel model = Model;
        return EcdcConversion.ToVersion1(_container, model, Info.IsEntropyCoded ? RequireCoders(model) : null, _models.Threads);
    }

    private void RequireGeometry(EncodecConfig config)
    {
        EcdcGeometry made = _container.Geometry;
        EcdcGeometry loaded = config.ToEcdcGeometry();
        if (made != loaded)
        {
            throw new BitstreamException(
                $"The stream was made with model '{made.Model}' ({made.SampleRateHz} Hz, {Messages.Count(made.Channels, "channel")}); '{loaded.Model}' "
                + $"({loaded.SampleRateHz} Hz, {Messages.Count(loaded.Channels, "channel")}) was loaded. Name the model that it was made with.",
                -1,
                "model");
        }
    }
}
