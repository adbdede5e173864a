using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Text;
using Microsoft.Extensions.Logging;

namespace AudioCodec;

/// <summary>How a generator is found, loaded and run.</summary>
public sealed record GeneratorOptions
{
    /// <summary>Name, folder or file of the generator that is loaded when none is named; <see langword="null"/> for the bundled one.</summary>
    public string? Model { get; set; }

    /// <summary>
    /// Name or folder of the text encoder to use instead of the generator's own: <c>config.json</c>, <c>model.safetensors</c>, <c>spiece.model</c> or
    /// <c>tokenizer.json</c>. AudioCraft's packages hold none, and name one.
    /// </summary>
    public string? TextEncoder { get; set; }

    /// <summary>Name, folder or file of the codec to use instead of the one that the generator names.</summary>
    public string? Codec { get; set; }

    /// <summary>
    /// How the transformer's matrices are kept in memory by the managed engine; less memory is also faster. <see langword="null"/> for single precision, or
    /// half precision above 100 million weights, in which the weights of checkpoints that are kept so are exact. Beside all but single precision, keys and values
    /// of attention are kept in 16 bits: half the memory, and logits that differ by less than 1e-4 of their standard deviation.
    /// </summary>
    public WeightFormat? Weights { get; set; }

    /// <summary>Whether the text encoder is unloaded after each use, and loaded again for the next; saves the memory of large ones.</summary>
    public bool UnloadTextEncoder { get; set; }

    /// <summary>Threads to use, at least 1; results do not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Folder of downloaded models; <see langword="null"/> for <see cref="Models.ModelStore.DefaultCacheFolder"/>.</summary>
    public string? CacheFolder { get; set; }

    /// <summary>Whether published models that are not on this machine are downloaded. Off by default: some have gigabytes.</summary>
    public bool DownloadMissingModels { get; set; }

    /// <summary>Client for downloads, which is not disposed; <see langword="null"/> to create one when needed.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Where loading and downloading are logged; <see langword="null"/> not to log.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Creates the engine of a transformer from its tensors, named as <see cref="TokenModelTensors"/> lists them; <see langword="null"/> for the managed engine.</summary>
    public Func<TokenModelConfig, StateDict, ITokenModel>? CreateTransformer { get; set; }

    /// <summary>Creates the text encoder, at its first use; <see langword="null"/> for the managed engine with the files that <see cref="TextEncoder"/> or the generator names.</summary>
    public Func<ITextEncoder>? CreateTextEncoder { get; set; }

    /// <summary>Creates the engine of the codec; <see langword="null"/> for the managed engine.</summary>
    public Func<LoadedCheckpoint, ICodecEngine>? CreateCodec { get; set; }
}
