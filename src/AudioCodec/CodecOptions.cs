using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using Microsoft.Extensions.Logging;

namespace AudioCodec;

/// <summary>How codecs are found, loaded and run.</summary>
public sealed record CodecOptions
{
    /// <summary>Name, folder or file of the codec that is loaded when none is named; <see langword="null"/> for the bundled one.</summary>
    public string? Model { get; set; }

    /// <summary>Name, folder or weights file of the entropy model to use instead of the codec's own.</summary>
    public string? EntropyModel { get; set; }

    /// <summary>Threads that one stream may use, at least 1; results do not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Folder of downloaded models; <see langword="null"/> for <see cref="Models.ModelStore.DefaultCacheFolder"/>.</summary>
    public string? CacheFolder { get; set; }

    /// <summary>Whether a published model that is not on this machine is downloaded. Off by default: some have hundreds of megabytes.</summary>
    public bool DownloadMissingModels { get; set; }

    /// <summary>Client for downloads, which is not disposed; <see langword="null"/> to create one when needed.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Where loading and downloading are logged; <see langword="null"/> not to log.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Configuration of a checkpoint that brings none, or <see langword="null"/> to refuse it.</summary>
    internal EncodecConfig? ConfigOfBareWeights { get; set; }

    /// <summary>Creates the engine for a checkpoint's networks; <see langword="null"/> for the managed engine.</summary>
    public Func<LoadedCheckpoint, ICodecEngine>? CreateEngine { get; set; }
}
