using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;

namespace AudioCodec.Models;

/// <summary>A codec on an engine, with fingerprint and entropy model, which are computed and loaded at their first use.</summary>
internal sealed class CodecModel : IDisposable
{
    private readonly Lazy<WeightsFingerprint> _fingerprint;
    private readonly Lazy<WeightsFingerprint> _decoderFingerprint;
    private readonly Lazy<ChunkCoderPool?> _coders;

    /// <summary>Joins the parts.</summary>
    /// <param name="engine">The networks; disposed with this.</param>
    /// <param name="status">State of the training.</param>
    /// <param name="fingerprint">Computes the fingerprint of the codec's encoder and codebooks.</param>
    /// <param name="decoderFingerprint">Computes that of its decoder.</param>
    /// <param name="entropyModel">Loads the codec's entropy model, or returns <see langword="null"/> where there is none.</param>
    public CodecModel(
        ICodecEngine engine, CheckpointStatus status, Func<WeightsFingerprint> fingerprint, Func<WeightsFingerprint> decoderFingerprint, Func<EntropyModel?> entropyModel)
    {
        Engine = engine;
        Status = status;
        _fingerprint = new Lazy<WeightsFingerprint>(fingerprint);
        _decoderFingerprint = new Lazy<WeightsFingerprint>(decoderFingerprint);
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
    public WeightsFingerprint Fingerprint => _fingerprint.Value;

    /// <summary>Fingerprint of the codec's decoder.</summary>
    public WeightsFingerprint DecoderFingerprint => _decoderFingerprint.Value;

    /// <summary>Coders of the entropy model, or <see langword="null"/> where there is none.</summary>
    public ChunkCoderPool? Coders => _coders.Value;

    /// <summary>The entropy model, if <see cref="Coders"/> was used before, or <see langword="null"/>.</summary>
    public EntropyModel? EntropyModel { get; private set; }

    /// <summary>Begins to load and compute on other threads what reading and writing files takes beside the networks.</summary>
    /// <param name="coders">Whether that includes the entropy model.</param>
    /// <param name="decoder">Whether it includes the decoder's fingerprint.</param>
    public void Prepare(bool coders, bool decoder)
    {
        if (coders)
        {
            _ = Task.Run(() => _coders.Value);
        }

        _ = Task.Run(() => _fingerprint.Value);
        if (decoder)
        {
            _ = Task.Run(() => _decoderFingerprint.Value);
        }
    }

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
        CheckpointFile file = CheckpointFile.Open(path, null, otherwise);
        CheckpointStatus status = file.Contents.Status;
        ICodecEngine engine;
        if (createEngine is null)
        {
            engine = EncodecModel.LoadOnUse(file);
        }
        else
        {
            using (file)
            {
                engine = createEngine(file.Contents);
            }
        }

        EncodecConfig config = engine.Config;
        Lazy<IReadOnlyDictionary<string, WeightsFingerprint>> known = new(() => FingerprintFile.Read(path));
        Lazy<WeightsFingerprint> fingerprint = new(() => Fingerprint(FingerprintFile.Codes, CodecFingerprint.OfCodes));
        return new CodecModel(
            engine,
            status,
            () => fingerprint.Value,
            () => Fingerprint(FingerprintFile.Decoder, CodecFingerprint.OfDecoder),
            () => (entropyModel is null ? EntropyModelFinder.Find(store, path, config, () => fingerprint.Value) : store.Find(entropyModel)) is string found
                ? EntropyModelFinder.Load(found, config, () => fingerprint.Value)
                : null);

        WeightsFingerprint Fingerprint(string what, Func<EncodecConfig, StateDict, WeightsFingerprint> of)
        {
            if (known.Value.TryGetValue(what, out WeightsFingerprint stated))
            {
                return stated;
            }

            // Read again, which few uses need, so that the weights need not stay in memory.
            using CheckpointFile again = CheckpointFile.Open(path, config);
            return of(config, again.Contents.Weights);
        }
    }

    /// <summary>Loads a codec that is part of another model, without entropy model.</summary>
    /// <param name="contents">Its open checkpoint; not needed afterwards.</param>
    /// <param name="fingerprint">As for the constructor; called when the checkpoint may be closed.</param>
    /// <param name="decoderFingerprint">The same.</param>
    /// <param name="createEngine">Creates the engine of a checkpoint; <see langword="null"/> for the managed one.</param>
    public static CodecModel Load(
        LoadedCheckpoint contents,
        Func<WeightsFingerprint> fingerprint,
        Func<WeightsFingerprint> decoderFingerprint,
        Func<LoadedCheckpoint, ICodecEngine>? createEngine) =>
        new(createEngine?.Invoke(contents) ?? EncodecModel.Load(contents.Config, contents.Weights), contents.Status, fingerprint, decoderFingerprint, () => null);

    /// <summary>The fingerprint of encoder and codebooks of a checkpoint's codec.</summary>
    /// <param name="path">Checkpoint file or folder.</param>
    /// <param name="otherwise">As for <see cref="CheckpointFile.Open"/>.</param>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged or hostile.</exception>
    public static WeightsFingerprint FingerprintOf(string path, EncodecConfig? otherwise = null)
    {
        using CheckpointFile file = CheckpointFile.Open(path, null, otherwise);
        return CodecFingerprint.OfCodes(file.Contents.Config, file.Contents.Weights);
    }

    /// <inheritdoc/>
    public void Dispose() => Engine.Dispose();
}
