using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Models;

namespace AudioCodec;

/// <summary>A loaded neural codec: compresses and decompresses streams, opens <c>.ecdc</c> files, encodes and decodes in memory and live.</summary>
/// <remarks>
/// Weights are read-only, so any number of threads and streams may share one instance. Source: High Fidelity Neural Audio Compression
/// (arXiv 2210.13438).
/// </remarks>
/// <example>
/// <code>
/// await using Codec codec = await Codec.LoadAsync();
/// await codec.CompressAsync(input, output, new CompressionOptions { BandwidthKbps = 6 });
/// </code>
/// </example>
public sealed partial class Codec : IDisposable, IAsyncDisposable
{
    private readonly CodecModel _model;
    private readonly int _threads;
    private readonly CodecProvider? _owned;

    internal Codec(CodecModel model, int threads, CodecProvider? owned)
    {
        _model = model;
        _threads = threads;
        _owned = owned;
        Info = new CodecInfo(model.Config, model.Status);
    }

    /// <summary>Description of the codec.</summary>
    public CodecInfo Info { get; }

    /// <summary>Whether there is an entropy model of this codec on this machine; it is loaded at the first use.</summary>
    /// <exception cref="CheckpointException">It is damaged, or belongs to other weights.</exception>
    public bool HasEntropyModel => _model.Coders is not null;

    /// <summary>The networks, for uses that this class does not cover.</summary>
    public ICodecEngine Engine => _model.Engine;

    internal CodecModel Model => _model;

    /// <summary>Fingerprint of its encoder and codebooks.</summary>
    internal WeightsFingerprint Fingerprint => _model.Fingerprint;

    /// <summary>Loads a codec.</summary>
    /// <param name="nameOrPath">
    /// Name of a model that ships or was downloaded, or a checkpoint's folder or file; <see langword="null"/> for <see cref="CodecOptions.Model"/>.
    /// </param>
    /// <param name="options">How to find, load and run the codec.</param>
    /// <exception cref="ModelNotFoundException">There is no such model on this machine.</exception>
    /// <exception cref="CheckpointException">Its checkpoint is damaged or hostile.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read.</exception>
    public static Codec Load(string? nameOrPath = null, CodecOptions? options = null)
    {
        var provider = new CodecProvider(options);
        try
        {
            return provider.LoadOwned(nameOrPath);
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    /// <summary>Loads a codec on the thread pool; downloads it first where <see cref="CodecOptions.DownloadMissingModels"/> allows it.</summary>
    /// <param name="nameOrPath">As for <see cref="Load"/>.</param>
    /// <param name="options">How to find, load and run it.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <inheritdoc cref="Load"/>
    public static async Task<Codec> LoadAsync(string? nameOrPath = null, CodecOptions? options = null, CancellationToken cancellationToken = default)
    {
        var provider = new CodecProvider(options);
        try
        {
            await provider.PullIfMissingAsync(nameOrPath, cancellationToken).ConfigureAwait(false);
            return await Task.Run(() => provider.LoadOwned(nameOrPath), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    /// <summary>Turns audio into codes, in memory.</summary>
    /// <param name="audio">Audio of the codec's rate and channels, nominal range -1 to 1.</param>
    /// <param name="bandwidthKbps">One of <see cref="CodecInfo.BandwidthsKbps"/>; <see langword="null"/> for <see cref="CodecInfo.DefaultBandwidthKbps"/>.</param>
    /// <param name="searchWidth">As <see cref="CompressionOptions.SearchWidth"/>.</param>
    /// <exception cref="ArgumentException">Rate, channels or bandwidth are not the codec's, or the width is out of range.</exception>
    public EncodedAudio Encode(AudioBuffer audio, double? bandwidthKbps = null, int? searchWidth = null) =>
        Engine.Encode(audio, bandwidthKbps ?? Info.DefaultBandwidthKbps, _threads, searchWidth);

    /// <summary>Turns codes back into audio of the original's length, not clipped to -1 to 1.</summary>
    /// <param name="codes">Codes of <see cref="Encode"/> or <see cref="EcdcFile.ReadCodes"/>.</param>
    /// <exception cref="ArgumentException">The codes are not those of this codec.</exception>
    public AudioBuffer Decode(EncodedAudio codes) => Engine.Decode(codes, _threads);

    /// <summary>Turns audio into latents, before quantization.</summary>
    /// <param name="audio">Audio of the codec's rate and channels, nominal range -1 to 1.</param>
    /// <exception cref="ArgumentException">Rate or channels are not the codec's.</exception>
    public LatentAudio EncodeLatents(AudioBuffer audio) => Engine.EncodeLatents(audio, _threads);

    /// <summary>Turns latents into audio.</summary>
    /// <param name="latents">Latents of <see cref="EncodeLatents"/> or a generator.</param>
    /// <exception cref="ArgumentException">The latents are not those of this codec.</exception>
    public AudioBuffer DecodeLatents(LatentAudio latents) => Engine.DecodeLatents(latents, _threads);

    /// <summary>Starts encoding a live stream; its codes do not depend on the division into chunks.</summary>
    /// <param name="bandwidthKbps">One of <see cref="CodecInfo.BandwidthsKbps"/>; <see langword="null"/> for <see cref="CodecInfo.DefaultBandwidthKbps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The codec does not offer the bandwidth.</exception>
    public ICodecEncoder OpenEncoder(double? bandwidthKbps = null) =>
        Engine.OpenEncoder(_model.Config.RequireBandwidth(bandwidthKbps ?? Info.DefaultBandwidthKbps), _threads);

    /// <summary>Starts decoding a live stream.</summary>
    /// <param name="codebooks">Codes per frame, as <see cref="ICodecEncoder.Codebooks"/> says.</param>
    /// <exception cref="ArgumentOutOfRangeException">The codec has fewer codebooks.</exception>
    public ICodecDecoder OpenDecoder(int codebooks) => Engine.OpenDecoder(codebooks, threads: _threads);

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _owned?.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
