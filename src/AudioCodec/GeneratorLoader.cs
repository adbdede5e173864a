using System.Diagnostics;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Loading;
using AudioCodec.Generation.Transformer;
using AudioCodec.Models;
using AudioCodec.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioCodec;

/// <summary>Finds the parts of a generator and puts them together.</summary>
internal sealed partial class GeneratorLoader : IDisposable
{
    private readonly GeneratorOptions _options;
    private readonly ModelStore _store;
    private readonly ILogger _logger;

    /// <summary>Looks in the places that the options name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public GeneratorLoader(GeneratorOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, nameof(options));
        _options = options;
        _store = new ModelStore(options.CacheFolder, options.HttpClient);
        _logger = options.LoggerFactory?.CreateLogger<Generator>() ?? (ILogger)NullLogger.Instance;
    }

    /// <summary>Loads a generator.</summary>
    /// <param name="nameOrPath">As for <see cref="Generator.Load"/>.</param>
    public Generator Load(string? nameOrPath)
    {
        long start = Stopwatch.GetTimestamp();
        string path = PathOf(NameOr(nameOrPath));
        using GeneratorCheckpoint checkpoint = GeneratorCheckpoint.Open(path);
        GeneratorConfig config = checkpoint.Config;
        CodecModel codec = LoadCodec(path, checkpoint);
        ITokenModel? transformer = null;
        try
        {
            config.RequireCodec(codec.Config, () => codec.Fingerprint, checkpoint.Path);
            transformer = _options.CreateTransformer?.Invoke(config.Transformer, checkpoint.Transformer) ?? TokenModel.Load(config.Transformer, checkpoint.Transformer);
            var model = new GeneratorModel(config, transformer, codec, TextEncoderOf(path, config), !_options.UnloadTextEncoder, checkpoint.Path);
            TimeSpan duration = Stopwatch.GetElapsedTime(start);
            LogLoaded(_logger, config.Name, path, duration);
            return new Generator(model, _options.Threads);
        }
        catch
        {
            transformer?.Dispose();
            codec.Dispose();
            throw;
        }
    }

    /// <summary>Downloads published models that are needed and not on this machine, where the options allow it.</summary>
    public async Task PullIfMissingAsync(string? nameOrPath, CancellationToken cancellationToken)
    {
        foreach (string? name in new[] { NameOr(nameOrPath), _options.TextEncoder, _options.Codec })
        {
            if (name is not null && _options.DownloadMissingModels && !Path.Exists(name) && !_store.TryFind(name, out _) && ModelCatalogue.Find(name) is ModelEntry entry)
            {
                LogDownloading(_logger, entry.Name, entry.Licence);
                await _store.PullAsync(entry, null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    private string NameOr(string? nameOrPath) => nameOrPath ?? _options.Model ?? "";

    private string PathOf(string nameOrPath) => Directory.Exists(nameOrPath) ? nameOrPath : _store.Find(nameOrPath);

    private CodecModel LoadCodec(string path, GeneratorCheckpoint checkpoint)
    {
        if (_options.Codec is string asked)
        {
            return CodecModel.Load(_store.Find(asked), _store, null, _options.CreateCodec);
        }

        if (checkpoint.Codec is not LoadedCheckpoint own)
        {
            // A name from a file is looked up in the catalogue only, and never used as a path.
            return CodecModel.Load(_store.FindForStream(checkpoint.Config.Codec), _store, null, _options.CreateCodec);
        }

        ICodecEngine engine = _options.CreateCodec?.Invoke(own) ?? EncodecModel.Load(own.Config, own.Weights);
        return new CodecModel(engine, own.Status, () => FingerprintsOf(path), () => null);
    }

    private Func<ITextEncoder> TextEncoderOf(string path, GeneratorConfig config)
    {
        int threads = _options.Threads;
        if ((_options.CreateTextEncoder ?? (_options.TextEncoder is string asked ? FolderOf(asked) : null)) is Func<ITextEncoder> chosen)
        {
            return chosen;
        }

        if (config.TextEncoder is T5Config shape)
        {
            return () => OpenOwnTextEncoder(path, shape, threads);
        }

        string name = config.TextEncoderName ?? ""; // A configuration without the one has the other.
        return ModelCatalogue.Find(name) is ModelEntry entry && _store.TryFind(entry.Name, out _)
            ? FolderOf(entry.Name)
            : () => throw new ModelNotFoundException(
                $"'{config.Name}' was trained with the text encoder '{Messages.Quote(name)}', which is not in its checkpoint nor on this machine. "
                + "Name its folder: config.json, model.safetensors, and spiece.model or tokenizer.json.",
                ModelCatalogue.Find(name)?.Name ?? Messages.Quote(name),
                ModelCatalogue.Find(name) is not null);

        Func<ITextEncoder> FolderOf(string nameOrPath)
        {
            string found = PathOf(nameOrPath);
            string folder = Directory.Exists(found) ? found : Path.GetDirectoryName(Path.GetFullPath(found)) ?? "";
            return () => T5TextEncoder.Load(folder, threads);
        }
    }

    private static T5TextEncoder OpenOwnTextEncoder(string path, T5Config shape, int threads)
    {
        using GeneratorCheckpoint checkpoint = GeneratorCheckpoint.Open(path);
        if (checkpoint is not { TextEncoder: StateDict tensors, Tokenizer: string tokenizer })
        {
            throw new CheckpointException(
                $"{checkpoint.Path}: there is no tokenizer of its text encoder beside it; spiece.model or tokenizer.json is expected. Put it there, or name the folder of a text encoder.",
                checkpoint.Path);
        }

        return new T5TextEncoder(shape, tensors, T5Tokenizer.Load(tokenizer, shape.VocabularySize), threads);
    }

    /// <summary>Reads the codec's weights again for the fingerprint, which few uses need, so that they need not stay in memory.</summary>
    private static (WeightsFingerprint Codes, WeightsFingerprint Decoder) FingerprintsOf(string path)
    {
        using GeneratorCheckpoint checkpoint = GeneratorCheckpoint.Open(path);
        LoadedCheckpoint codec = checkpoint.Codec!; // It came out of it before.
        return (CodecFingerprint.OfCodes(codec.Config, codec.Weights), CodecFingerprint.OfDecoder(codec.Config, codec.Weights));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded generator {Name} from {Path} in {Elapsed}")]
    private static partial void LogLoaded(ILogger logger, string name, string path, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Downloading model {Name}; its licence: {Licence}")]
    private static partial void LogDownloading(ILogger logger, string name, string licence);
}
