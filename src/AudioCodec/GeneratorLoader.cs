using System.Diagnostics;
using AudioCodec.Checkpoints;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Loading;
using AudioCodec.Generation.Transformer;
using AudioCodec.Models;
using AudioCodec.Numerics;
using AudioCodec.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioCodec;

/// <summary>Finds the parts of a generator and puts them together.</summary>
internal sealed partial class GeneratorLoader : IDisposable
{
    private const long LargeWeights = 100_000_000;

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
        CodecModel codec = LoadCodec(checkpoint);
        ITokenModel? transformer = null;
        try
        {
            transformer = _options.CreateTransformer?.Invoke(config.Transformer, checkpoint.Transformer) ?? TokenModel.Load(config.Transformer, checkpoint.Transformer, FormatOf(config.Transformer));
            var model = new GeneratorModel(config, transformer, codec, TextEncoderOf(checkpoint), !_options.UnloadTextEncoder, checkpoint.Path);
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

    private string NameOr(string? nameOrPath) => nameOrPath ?? _options.Model ?? ModelStore.DefaultGeneratorName;

    /// <summary>As <see cref="ModelStore.Find"/>; of a folder that holds no model, whoever opens it says what is missing.</summary>
    private string PathOf(string nameOrPath) => !_store.TryFind(nameOrPath, out _) && Directory.Exists(nameOrPath) ? nameOrPath : _store.Find(nameOrPath);

    private CodecModel LoadCodec(GeneratorCheckpoint checkpoint)
    {
        if (_options.Codec is not string asked)
        {
            return GeneratorParts.LoadCodec(_store, checkpoint, _options.CreateCodec);
        }

        CodecModel codec = CodecModel.Load(_store.Find(asked), _store, null, _options.CreateCodec);
        try
        {
            checkpoint.Config.RequireCodec(codec.Config, () => codec.Fingerprint, checkpoint.Path);
            return codec;
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    private Func<ITextEncoder> TextEncoderOf(GeneratorCheckpoint checkpoint)
    {
        int threads = _options.Threads;
        if ((_options.CreateTextEncoder ?? (_options.TextEncoder is string asked ? FolderOf(PathOf(asked)) : null)) is Func<ITextEncoder> chosen)
        {
            return chosen;
        }

        string path = checkpoint.Path;
        if (checkpoint.Config.TextEncoder is T5Config shape)
        {
            return () => OpenOwnTextEncoder(path, shape, threads);
        }

        try
        {
            return FolderOf(GeneratorParts.FindTextEncoder(_store, checkpoint));
        }
        catch (ModelNotFoundException e)
        {
            // Without texts it is not needed.
            return () => throw new ModelNotFoundException(e.Message, e.ModelName, e.IsPublished);
        }

        Func<ITextEncoder> FolderOf(string found)
        {
            string folder = Directory.Exists(found) ? found : Path.GetDirectoryName(Path.GetFullPath(found)) ?? "";
            WeightFormat format = FormatOf(checkpoint.Config.Transformer) == WeightFormat.F32 ? WeightFormat.F32 : WeightFormat.F16; // Fewer bits would move the states more than they save.
            return () => T5TextEncoder.Load(folder, threads, format);
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

    private WeightFormat FormatOf(TokenModelConfig transformer) => _options.Weights
        ?? (TokenModelTensors.For(transformer).Sum(tensor => tensor.Shape.Aggregate(1L, (count, size) => count * size)) > LargeWeights ? WeightFormat.F16 : WeightFormat.F32);

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded generator {Name} from {Path} in {Elapsed}")]
    private static partial void LogLoaded(ILogger logger, string name, string path, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Downloading model {Name}; its licence: {Licence}")]
    private static partial void LogDownloading(ILogger logger, string name, string licence);
}
