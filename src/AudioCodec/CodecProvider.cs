using System.Collections.Concurrent;
using System.Diagnostics;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioCodec;

/// <summary>
/// Provides codecs by name or path, each loaded once and shared, and opens files of <see cref="CodecOptions.Model"/> and of any codec that ships or was
/// downloaded. Thread-safe.
/// </summary>
public sealed partial class CodecProvider : IDisposable, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Codec>> _codecs = new(StringComparer.Ordinal);
    private readonly CodecOptions _options;
    private readonly ModelStore _store;
    private readonly ILogger _logger;

    /// <summary>Creates a provider, which loads codecs at their first use.</summary>
    /// <param name="options">How codecs are found, loaded and run.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public CodecProvider(CodecOptions? options = null)
    {
        _options = options ?? new CodecOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Threads, 1, nameof(options));
        _store = new ModelStore(_options.CacheFolder, _options.HttpClient);
        _logger = _options.LoggerFactory?.CreateLogger<CodecProvider>() ?? (ILogger)NullLogger.Instance;
    }

    /// <summary>Returns a codec, which is disposed with the provider.</summary>
    /// <param name="nameOrPath">
    /// Name of a model that ships or was downloaded, or a checkpoint's folder or file; <see langword="null"/> for <see cref="CodecOptions.Model"/>.
    /// </param>
    /// <exception cref="ModelNotFoundException">There is no such model on this machine.</exception>
    /// <exception cref="CheckpointException">Its checkpoint is damaged or hostile.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read.</exception>
    public Codec Get(string? nameOrPath = null) => FromPath(_store.Find(NameOr(nameOrPath)));

    /// <summary>Returns a codec, loaded on the thread pool and downloaded first where <see cref="CodecOptions.DownloadMissingModels"/> allows it.</summary>
    /// <param name="nameOrPath">As for <see cref="Get"/>.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <inheritdoc cref="Get"/>
    public async Task<Codec> GetAsync(string? nameOrPath = null, CancellationToken cancellationToken = default)
    {
        await PullIfMissingAsync(nameOrPath, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Get(nameOrPath), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens an <c>.ecdc</c> file; the codec that it names is loaded when its audio is first read.</summary>
    /// <param name="stream">The file from its first byte; one that is not seekable is copied to a temporary file.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="BitstreamException">The file is damaged, or of a model that is not known here.</exception>
    public Task<EcdcFile> OpenAsync(Stream stream, EcdcOpenOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EcdcOpenOptions();
        return EcdcFile.OpenAsync(stream, new StreamModels(this, options.Model), options, cancellationToken);
    }

    /// <summary>Opens an <c>.ecdc</c> file whose stream is seekable.</summary>
    /// <param name="stream">The file from its first byte.</param>
    /// <param name="options">How to open it.</param>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    /// <exception cref="BitstreamException">The file is damaged, or of a model that is not known here.</exception>
    public EcdcFile Open(Stream stream, EcdcOpenOptions? options = null)
    {
        options ??= new EcdcOpenOptions();
        return EcdcFile.Open(stream, new StreamModels(this, options.Model), options);
    }

    /// <summary>Describes a codec without loading its weights.</summary>
    /// <param name="nameOrPath">As for <see cref="Get"/>; of the published EnCodec models also where they are not on this machine.</param>
    /// <returns>Its description, or <see langword="null"/> where there is no such model.</returns>
    /// <exception cref="CheckpointException">Its checkpoint is damaged or hostile.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read.</exception>
    public CodecInfo? FindInfo(string? nameOrPath = null)
    {
        string name = NameOr(nameOrPath);
        return _store.TryFind(name, out string? path) ? ReadInfo(path, _options.ConfigOfBareWeights) : Published(name);
    }

    /// <summary>Describes the codec that a file was made with, without loading its weights.</summary>
    /// <param name="streamName">The name in the file's header; looked up in the catalogue only, never taken for a path.</param>
    /// <param name="nameOrPath">As <see cref="EcdcOpenOptions.Model"/>.</param>
    /// <returns>Its description, or <see langword="null"/> where the model is not known here.</returns>
    /// <exception cref="BitstreamException"><paramref name="nameOrPath"/> is another model.</exception>
    /// <exception cref="CheckpointException">Its checkpoint is damaged or hostile.</exception>
    public CodecInfo? FindInfoOfStream(string streamName, string? nameOrPath = null) => new StreamModels(this, nameOrPath).FindInfo(streamName);

    /// <summary>The fingerprint of a codec's encoder and codebooks, or <see langword="null"/> where its weights are not on this machine.</summary>
    /// <param name="nameOrPath">As for <see cref="Get"/>, or a name from a file.</param>
    /// <param name="isPath">Whether it may be taken for a path: not where it comes from a file.</param>
    /// <exception cref="CheckpointException">Its checkpoint is damaged or hostile.</exception>
    internal WeightsFingerprint? FindFingerprint(string nameOrPath, bool isPath)
    {
        string? path;
        try
        {
            path = isPath ? _store.TryFind(nameOrPath, out path) ? path : null : _store.FindForStream(nameOrPath);
        }
        catch (ModelNotFoundException)
        {
            return null;
        }

        return path is null ? null : CodecModel.FingerprintOf(path, _options.ConfigOfBareWeights);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<Codec> codec in _codecs.Values.Where(codec => codec.IsValueCreated))
        {
            codec.Value.Dispose();
        }

        _codecs.Clear();
        _store.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Loads a codec that disposes this provider with itself.</summary>
    internal Codec LoadOwned(string? nameOrPath) => new(LoadModel(_store.Find(NameOr(nameOrPath))), _options.Threads, this);

    /// <summary>Downloads a published model that is not on this machine, where the options allow it.</summary>
    internal async Task PullIfMissingAsync(string? nameOrPath, CancellationToken cancellationToken)
    {
        string name = NameOr(nameOrPath);
        if (_options.DownloadMissingModels && !_store.TryFind(name, out _) && ModelCatalogue.Find(name) is ModelEntry entry)
        {
            LogDownloading(_logger, entry.Name, entry.Licence);
            await _store.PullAsync(entry, null, cancellationToken).ConfigureAwait(false);
        }
    }

    private static CodecInfo? Published(string name) =>
        new[] { EncodecConfig.Encodec24Khz, EncodecConfig.Encodec48Khz }.FirstOrDefault(config => config.Name == name) is EncodecConfig config
            ? new CodecInfo(config, CheckpointStatus.Release)
            : null;

    private static CodecInfo ReadInfo(string path, EncodecConfig? otherwise = null)
    {
        (EncodecConfig config, CheckpointStatus status) = CheckpointLoader.ReadConfig(path, otherwise);
        return new CodecInfo(config, status);
    }

    private string NameOr(string? nameOrPath) => nameOrPath ?? _options.Model ?? ModelStore.DefaultCodecName;

    private Codec FromPath(string path)
    {
        Lazy<Codec> codec = _codecs.GetOrAdd(path, _ => new Lazy<Codec>(() => new Codec(LoadModel(path), _options.Threads, owned: null)));
        try
        {
            return codec.Value;
        }
        catch
        {
            // A checkpoint that is repaired later loads then.
            _codecs.TryRemove(KeyValuePair.Create(path, codec));
            throw;
        }
    }

    private CodecModel LoadModel(string path)
    {
        long start = Stopwatch.GetTimestamp();
        CodecModel model = CodecModel.Load(path, _store, _options.EntropyModel, _options.CreateEngine, _options.ConfigOfBareWeights);
        TimeSpan duration = Stopwatch.GetElapsedTime(start);
        LogLoaded(_logger, model.Config.Name, path, duration);
        return model;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded codec {Name} from {Path} in {Elapsed}")]
    private static partial void LogLoaded(ILogger logger, string name, string path, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Downloading model {Name}; its licence: {Licence}")]
    private static partial void LogDownloading(ILogger logger, string name, string licence);

    /// <summary>Models by the name in a file, or the one that the caller named.</summary>
    private sealed class StreamModels(CodecProvider provider, string? asked) : IStreamModels
    {
        public int Threads => provider._options.Threads;

        public EncodecConfig? FindConfig(string streamName) => FindInfo(streamName)?.Config;

        public CodecInfo? FindInfo(string streamName)
        {
            if (Chosen(streamName) is string chosen)
            {
                CodecInfo? info = provider.FindInfo(chosen);
                RequireName(info?.Name ?? streamName, streamName);
                return info;
            }

            // A name from a file is looked up in the catalogue only, and never used as a path.
            try
            {
                return Published(streamName) ?? ReadInfo(provider._store.FindForStream(streamName));
            }
            catch (ModelNotFoundException)
            {
                return null;
            }
        }

        public CodecModel Load(string streamName)
        {
            Codec codec = Chosen(streamName) is string chosen ? provider.Get(chosen) : provider.FromPath(provider._store.FindForStream(streamName));
            RequireName(codec.Info.Name, streamName);
            return codec.Model;
        }

        /// <summary>The model that the caller named, or the provider's own where the file names it, which need not be in the catalogue.</summary>
        private string? Chosen(string streamName) =>
            asked ?? (provider._options.Model is string own && provider.FindInfo(own)?.Name == streamName ? own : null);

        private void RequireName(string name, string streamName)
        {
            if (name != streamName)
            {
                throw new BitstreamException(
                    $"The stream was made with model '{streamName}', but '{asked ?? streamName}' is model '{name}'. Name the checkpoint of '{streamName}'.",
                    9,
                    "m");
            }
        }
    }
}
