using System.Collections.Concurrent;
using AudioCodec.Checkpoints;
using AudioCodec.Cli.Options;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Compression;
using AudioCodec.Models;

namespace AudioCodec.Cli.Models;

/// <summary>Loads the models that a command needs, each once.</summary>
internal sealed class ModelProvider(ModelRequest request)
{
    private readonly ConcurrentDictionary<string, Lazy<ProvidedModel>> _models = new(StringComparer.Ordinal);

    /// <summary>Threads of the engine for one file.</summary>
    public int Threads => request.Threads;

    /// <summary>The model to compress with.</summary>
    /// <exception cref="CheckpointException">The model is not installed, or its checkpoint is damaged.</exception>
    public ProvidedModel ForCompression() => Load(request.CheckpointPath ?? request.Name ?? ModelStore.DefaultCodecName);

    /// <summary>The model that the header of a stream names.</summary>
    /// <param name="name">Name in the header.</param>
    /// <exception cref="BitstreamException">The user named another model or checkpoint.</exception>
    /// <exception cref="CheckpointException">The model is not installed, or its checkpoint is damaged.</exception>
    public EcdcModel ForStream(string name)
    {
        EcdcModel model = (request.CheckpointPath is null && request.Name is null ? FromStream(name) : ForCompression()).Codec;
        return model.Model.Config.Name == name
            ? model
            : throw new BitstreamException(
                $"The stream was made with model '{name}', but '{request.CheckpointPath ?? request.Name}' is model '{model.Model.Config.Name}'. "
                + $"Name the checkpoint of '{name}'.",
                9,
                "m");
    }

    private ProvidedModel Load(string nameOrPath) => request.CheckpointPath is null ? FromStore(nameOrPath) : FromPath(nameOrPath);

    private ProvidedModel FromStore(string name)
    {
        using var store = new ModelStore();
        return FromPath(store.Find(name));
    }

    /// <summary>A name out of a file is never taken for a path.</summary>
    private ProvidedModel FromStream(string name)
    {
        using var store = new ModelStore();
        return FromPath(store.FindForStream(name));
    }

    private ProvidedModel FromPath(string path) => _models.GetOrAdd(path, _ => new Lazy<ProvidedModel>(() => LoadNow(path))).Value;

    private ProvidedModel LoadNow(string path)
    {
        EncodecModel model = EncodecModel.LoadFile(path);
        EncodecConfig config = model.Config;
        var fingerprint = new Lazy<WeightsFingerprint>(() => Fingerprint(path));
        var codec = new EcdcModel(
            model,
            () => fingerprint.Value,
            () => LanguageModels.Load(request.LanguageModelPath ?? LanguageModels.Find(path, config.Name), config, () => fingerprint.Value));
        return new ProvidedModel(codec, ModelStatus.Of(path));
    }

    /// <summary>The weights are read again for the fingerprint, which few commands need, rather than kept in memory for it.</summary>
    private static WeightsFingerprint Fingerprint(string path)
    {
        using CheckpointFile file = CheckpointFile.Open(path);
        return WeightsFingerprint.Of(file.Contents.Weights);
    }
}
