using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Compression;
using AudioCodec.Entropy;
using AudioCodec.Models;

namespace AudioCodec;

/// <content>Files: compress, decompress, open.</content>
public sealed partial class Codec
{
    /// <summary>Compresses audio of any format, rate and number of channels, in constant memory.</summary>
    /// <param name="input">The audio from its first byte: WAV and FLAC, and others where ffmpeg is installed. Need not support seeking or synchronous calls.</param>
    /// <param name="output">Receives the <c>.ecdc</c> file; need not support seeking or synchronous calls. Left open, like <paramref name="input"/>.</param>
    /// <param name="options">How to compress.</param>
    /// <param name="progress">Receives 0 to 1, where the input states its length.</param>
    /// <param name="cancellationToken">Stops between blocks; the output is then incomplete.</param>
    /// <exception cref="AudioFormatException">The input cannot be read as audio.</exception>
    /// <exception cref="ArgumentException">The codec does not offer what <paramref name="options"/> asks for.</exception>
    public Task<CompressionResult> CompressAsync(
        Stream input, Stream output, CompressionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        return OnThread(
            () =>
            {
                var blocking = new BlockingStream(input, cancellationToken);
                using AudioSource source = options?.InputFormat is RawPcmFormat raw
                    ? new RawPcmReader(blocking, raw, leaveOpen: true)
                    : AudioFile.OpenStream(blocking, leaveOpen: true);
                var target = new BlockingStream(output, cancellationToken);
                CompressionResult result = Compress(source, target, options, progress, cancellationToken);
                target.Flush();
                return result;
            },
            cancellationToken);
    }

    /// <summary>Compresses a source to its end, on the calling thread.</summary>
    /// <param name="source">The audio, of any rate and number of channels. Not disposed.</param>
    /// <param name="output">Receives the <c>.ecdc</c> file; need not be seekable. Left open.</param>
    /// <param name="options">How to compress.</param>
    /// <param name="progress">Receives 0 to 1, where the source states its length.</param>
    /// <param name="cancellationToken">Stops between blocks; the output is then incomplete.</param>
    /// <exception cref="AudioFormatException">The source is damaged.</exception>
    /// <exception cref="ArgumentException">The codec does not offer what <paramref name="options"/> asks for.</exception>
    public CompressionResult Compress(
        AudioSource source, Stream output, CompressionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new CompressionOptions();
        double bandwidthKbps = options.BandwidthKbps ?? Info.DefaultBandwidthKbps;
        int codebooks = _model.Config.RequireBandwidth(bandwidthKbps);
        (int version, bool entropyCoded) = Plan(options);
        using ICodecEncoder encoder = Engine.OpenEncoder(codebooks, _threads, options.SearchWidth);
        double? frames = (double?)source.LengthSamples / source.SampleRateHz * Info.SampleRateHz / _model.Config.HopSamples;
        int blockFrames = frames is > 0 ? BulkCoding.ChunkFrames((long)Math.Ceiling(frames.Value)) : BulkCoding.Frames;
        int blockSamples = Engine.BlockSamples(_threads, blockFrames * _model.Config.HopSamples);
        EcdcV1Settings? settings = Settings(options, version, entropyCoded, codebooks);
        CompressedStream written = EcdcCompressor.Compress(source, output, _model.Config, encoder, blockSamples, settings, progress, cancellationToken);
        return new CompressionResult(
            written.LengthSamples,
            Info.SampleRateHz,
            written.Frames,
            codebooks,
            bandwidthKbps,
            version,
            settings?.Coder is not null,
            written.Bytes,
            written.Warnings);
    }

    /// <summary>Writes codes as an <c>.ecdc</c> file.</summary>
    /// <param name="codes">Codes of this codec.</param>
    /// <param name="output">Receives the file; need not be seekable. Left open.</param>
    /// <param name="options">Version, entropy coding and tags of the file; the codes decide the bandwidth.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The codes do not match their length or this codec.</exception>
    public long Write(EncodedAudio codes, Stream output, CompressionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new CompressionOptions();
        (int version, bool entropyCoded) = Plan(options);
        return EcdcCompressor.Write(codes, output, _model.Config, Settings(options, version, entropyCoded, codes.Codebooks));
    }

    /// <summary>Decompresses an <c>.ecdc</c> file of this codec to WAV, clipped as by the reference.</summary>
    /// <param name="input">The file from its first byte; one that is not seekable is copied to a temporary file. Left open.</param>
    /// <param name="output">Receives the WAV file; need not support seeking or synchronous calls. Left open.</param>
    /// <param name="options">The part to decompress, and the output's format.</param>
    /// <param name="progress">Receives 0 to 1.</param>
    /// <param name="cancellationToken">Stops between blocks; the output is then incomplete.</param>
    /// <exception cref="ArgumentException">The recording ends before the part that <paramref name="options"/> names; nothing is written.</exception>
    /// <exception cref="BitstreamException">The file is damaged, or was made with another model.</exception>
    public async Task<DecompressionResult> DecompressAsync(
        Stream input, Stream output, DecompressionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        options ??= new DecompressionOptions();
        var open = new EcdcOpenOptions { ConcealDamage = options.ConcealDamage, LeaveOpen = true };
        await using EcdcFile file = await OpenAsync(input, open, cancellationToken).ConfigureAwait(false);
        return await OnThread(() => file.WriteWav(new BlockingStream(output, cancellationToken), options, progress, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Opens an <c>.ecdc</c> file of this codec.</summary>
    /// <param name="stream">The file from its first byte; one that is not seekable is copied to a temporary file.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="BitstreamException">The file is damaged, or was made with another model.</exception>
    public async Task<EcdcFile> OpenAsync(Stream stream, EcdcOpenOptions? options = null, CancellationToken cancellationToken = default)
    {
        return await EcdcFile.OpenAsync(stream, new OwnModel(this), options ?? new EcdcOpenOptions(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens an <c>.ecdc</c> file of this codec whose stream is seekable.</summary>
    /// <param name="stream">The file from its first byte.</param>
    /// <param name="options">How to open it.</param>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    /// <exception cref="BitstreamException">The file is damaged, or was made with another model.</exception>
    public EcdcFile Open(Stream stream, EcdcOpenOptions? options = null) => EcdcFile.Open(stream, new OwnModel(this), options ?? new EcdcOpenOptions());

    /// <summary>Runs work that computes and blocks on streams on a thread of its own.</summary>
    private static Task<T> OnThread<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Chooses the format's version and whether codes are to be entropy-coded, and begins to load on other threads what that takes.</summary>
    private (int Version, bool EntropyCoded) Plan(CompressionOptions options)
    {
        bool official = ModelCatalogue.IsOfficial(Info.Name);
        int version = options.FormatVersion ?? (official && options.EntropyCoding != true && options.Tags.Count == 0 && options.ChunkSeconds is null ? 0 : 1);
        if (version is not (0 or 1))
        {
            throw new ArgumentException($"The format has no version {version}; 0 and 1 can be written.", nameof(options));
        }

        if (options.ChunkSeconds is double seconds && !(double.IsFinite(seconds) && seconds > 0))
        {
            throw new ArgumentException($"A chunk cannot be {seconds} s long; seconds above 0 are expected.", nameof(options));
        }

        if (version == 0)
        {
            return options.EntropyCoding == true || options.Tags.Count > 0 || options.ChunkSeconds is not null
                ? throw new ArgumentException(
                    "Version 0 of the format has no tags and no chunks, and its entropy coding does not decode reliably on other machines; version 1 has them.",
                    nameof(options))
                : (0, false);
        }

        bool entropyCoded = options.EntropyCoding ?? !official;
        if (_threads > 1)
        {
            _model.Prepare(entropyCoded, decoder: true);
        }

        return (1, entropyCoded);
    }

    /// <summary>The settings of a version-1 file, which its header says; none for version 0.</summary>
    private EcdcV1Settings? Settings(CompressionOptions options, int version, bool entropyCoded, int codebooks)
    {
        if (version == 0)
        {
            return null;
        }

        ChunkCoderPool? coders = entropyCoded ? _model.Coders : null;
        if (options.EntropyCoding == true && coders is null)
        {
            throw new ArgumentException($"There is no entropy model of '{Info.Name}' on this machine.", nameof(options));
        }

        return new EcdcV1Settings
        {
            Geometry = _model.Config.ToEcdcGeometry(),
            Codebooks = codebooks,
            CodecFingerprint = _model.Fingerprint.ToBytes(),
            DecoderFingerprint = _model.DecoderFingerprint.ToBytes(),
            Coder = coders,
            Threads = _threads,
            ChunkSeconds = options.ChunkSeconds,
            Tags = EcdcTags.From(options.Tags),
        };
    }

    /// <summary>Provides this codec for its own files, and no other.</summary>
    private sealed class OwnModel(Codec codec) : IStreamModels
    {
        public int Threads => codec._threads;

        public EncodecConfig FindConfig(string streamName) => streamName == codec.Info.Name
            ? codec._model.Config
            : throw new BitstreamException(
                $"The stream was made with model '{streamName}', but '{codec.Info.Name}' is loaded. Load the codec that it was made with.", 9, "m");

        public CodecModel Load(string streamName)
        {
            FindConfig(streamName);
            return codec._model;
        }
    }
}
