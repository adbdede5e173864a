using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;

namespace AudioCodec.Models;

/// <summary>A codec on an engine, with fingerprint and entropy model, which are computed and loaded at their first use.</summary>
internal sealed class CodecModel : IDisposable
{
    private readonly Lazy<(WeightsFingerprint Codes, WeightsFingerprint Decoder)> _fingerprints;
    private readonly Lazy<ChunkCoderPool?> _coders;

    /// <summary>Joins the parts.</summary>
    /// <param name="engine">The networks; disposed with this.</param>
    /// <param name="status">State of the training.</param>
    /// <param name="fingerprints">Computes the fingerprint of the codec's encoder and codebooks, and that of its decoder.</param>
    /// <param name="entropyModel">Loads the codec's entropy model, or returns <see langword="null"/> where there is none.</param>
    public CodecModel(ICodecEngine engine, CheckpointStatus status, Func<(WeightsFingerprint Codes, WeightsFingerprint Decoder)> fingerprints, Func<EntropyModel?> entropyModel)
    {
        Engine = engine;
        Status = status;
        _fingerprints = new Lazy<(WeightsFingerprint Codes, WeightsFingerprint Decoder)>(fingerprints);
        _coders = new Lazy<ChunkCoderPool?>(() =>
        {
            EntropyModel = entropyModel();
            return EntropyModel is null ? null : new ChunkCoderPool(EntropyModel);
        });
    }

    /// <summary>The networks.</summary>
    public ICodecEngine Engine { get; }

    /// <summary>The configuration of the model.</summary>
    public EncodecConfig Config => Engine.Config;

    /// <summary>State of the training.</summary>
    public CheckpointStatus Status { get; }

    /// <summary>Fingerprint of the codec's encoder and codebooks.</summary>
    public WeightsFingerprint Fingerprint => _fingerprints.Value.Codes;

    /// <summary>Fingerprint of the codec's decoder.</summary>
    public WeightsFingerprint DecoderFingerprint => _fingerprints.Value.Decoder;

    /// <summary>Coders of the entropy model, or <see langword="null"/> where there is none.</summary>
    public ChunkCoderPool? Coders => _coders.Value;

    /// <summary>The entropy model, if <see cref="Coders"/> was used before, or <see langword="null"/>.</summary>
    public EntropyModel? EntropyModel { get; private set; }

    /// <summary>Loads a codec.</summary>
    /// <param name="path">Checkpoint file or folder.</param>
    /// <param name="store">Where its entropy model is looked for.</param>
    /// <param name="entropyModel">Name or path of the entropy model to use instead, or <see langword="null"/>.</param>
    /// <param name="createEngine">Creates the engine of a checkpoint; <see langword="null"/> for the managed one.</param>
    /// <param name="otherwise">As for <see cref="CheckpointFile.Open"/>.</param>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged or hostile.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read.</exception>
    public static CodecModel Load(
        string path, ModelStore store, string? entropyModel, Func<LoadedCheckpoint, ICodecEngine>? createEngine, EncodecConfig? otherwise = null)
    {
        using CheckpointFile file = CheckpointFile.Open(path, null, otherwise);
        LoadedCheckpoint contents = file.Contents;
        ICodecEngine engine = createEngine?.Invoke(contents) ?? EncodecModel.Load(contents.Config, contents.Weights);
        EncodecConfig config = engine.Config;
        var fingerprints = new Lazy<(WeightsFingerprint Codes, WeightsFingerprint Decoder)>(() => FingerprintsOf(path, config));
        return new CodecModel(
            engine,
            contents.Status,
            () => fingerprints.Value,
            () => (entropyModel is null ? EntropyModelFinder.Find(store, path, config, () => fingerprints.Value.Codes) : store.Find(entropyModel)) is string found
                ? EntropyModelFinder.Load(found, config, () => fingerprints.Value.Codes)
                : null);
    }

    /// <summary>Loads a codec that is part of another model, without entropy model.</summary>
    /// <param name="contents">Its open checkpoint; not needed afterwards.</param>
    /// <param name="fingerprints">As for the constructor; called when the checkpoint may be closed.</param>
    /// <param name="createEngine">Creates the engine of a checkpoint; <see langword="null"/> for the managed one.</param>
    public static CodecModel Load(
        LoadedCheckpoint contents, Func<(WeightsFingerprint Codes, WeightsFingerprint Decoder)> fingerprints, Func<LoadedCheckpoint, ICodecEngine>? createEngine) =>
        new(createEngine?.Invoke(contents) ?? EncodecModel.Load(contents.Config, contents.Weights), contents.Status, fingerprints, () => null);

    /// <summary>Fingerprints of a codec's two sides.</summary>
    /// <exception cref="CheckpointException">A tensor cannot be read.</exception>
    public static (WeightsFingerprint Codes, WeightsFingerprint Decoder) FingerprintsOf(LoadedCheckpoint contents) =>
        (CodecFingerprint.OfCodes(contents.Config, contents.Weights), CodecFingerprint.OfDecoder(contents.Config, contents.Weights));

    /// <summary>Fingerprints of a checkpoint's codec. Its weights are read for them, which few uses need, so that they need not stay in memory.</summary>
    /// <param name="path">Checkpoint file or folder.</param>
    /// <param name="otherwise">As for <see cref="CheckpointFile.Open"/>.</param>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged or hostile.</exception>
    public static (WeightsFingerprint Codes, WeightsFingerprint Decoder) FingerprintsOf(string path, EncodecConfig? otherwise = null)
    {
        using CheckpointFile file = CheckpointFile.Open(path, null, otherwise);
        return FingerprintsOf(file.Contents);
    }

    /// <inheritdoc/>
    public void Dispose() => Engine.Dispose();
}
