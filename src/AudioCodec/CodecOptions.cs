using AudioCodec.Codecs;
using AudioCodec.Codecs.Loading;
using Microsoft.Extensions.Logging;

namespace AudioCodec;

/// <summary>How codecs are found, loaded and run.</summary>
public sealed record CodecOptions
{
    /// <summary>Name, folder or file of the codec that is loaded when none is named; <see langword="null"/> for the bundled one.</summary>
    public string? Model { get; set; }

    /// <summary>Name, folder or weights file of the entropy model to use instead of the one that belongs to the codec.</summary>
    public string? EntropyModel { get; set; }

    /// <summary>Threads that one stream may use, at least 1; results do not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Where downloaded models are kept; <see langword="null"/> for <see cref="Models.ModelStore.DefaultCacheFolder"/>.</summary>
    public string? CacheFolder { get; set; }

    /// <summary>Downloads a published model that is asked for and not on this machine yet. Off by default: some have hundreds of megabytes.</summary>
    public bool DownloadMissingModels { get; set; }

    /// <summary>Used for downloads, and not disposed; <see langword="null"/> for a client made when needed.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Where loading and downloading are logged; <see langword="null"/> for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Makes the engine that runs a checkpoint's networks; <see langword="null"/> for the managed engine.</summary>
    public Func<LoadedCheckpoint, ICodecEngine>? CreateEngine { get; set; }
}
