using System.Collections.Concurrent;
using AudioCodec.Checkpoints;
using AudioCodec.Checkpoints.Store;
using AudioCodec.Cli.Options;
using AudioCodec.Codec;

namespace AudioCodec.Cli.Models;

/// <summary>Loads the models that a command needs, each once.</summary>
internal sealed class ModelProvider(ModelRequest request)
{
    private readonly ConcurrentDictionary<string, Lazy<EncodecModel>> _models = new(StringComparer.Ordinal);

    /// <summary>Threads of the engine for one file.</summary>
    public int Threads => request.Threads;

    /// <summary>The model to compress with.</summary>
    /// <exception cref="CheckpointException">The model is not installed, or its checkpoint is damaged.</exception>
    public EncodecModel ForCompression() => Load(request.CheckpointPath ?? request.Name ?? ModelStore.DefaultCodecName);

    /// <summary>The model that the header of a stream names.</summary>
    /// <param name="name">Name in the header.</param>
    /// <exception cref="BitstreamException">The user named another model or checkpoint.</exception>
    /// <exception cref="CheckpointException">The model is not installed, or its checkpoint is damaged.</exception>
    public EncodecModel ForStream(string name)
    {
        EncodecModel model = Load(request.CheckpointPath ?? request.Name ?? FindForStream(name));
        return model.Config.Name == name
            ? model
            : throw new BitstreamException(
                $"The stream was made with model '{name}', but '{request.CheckpointPath ?? request.Name}' is model '{model.Config.Name}'. "
                + $"Name the checkpoint of '{name}'.",
                9,
                "m");
    }

    /// <summary>A header is not trusted: its name may be that of a model, but never a path.</summary>
    private static string FindForStream(string name)
    {
        using var store = new ModelStore();
        return store.FindForStream(name);
    }

    private EncodecModel Load(string nameOrPath) =>
        _models.GetOrAdd(nameOrPath, _ => new Lazy<EncodecModel>(() => LoadNow(nameOrPath))).Value;

    private EncodecModel LoadNow(string nameOrPath)
    {
        using var store = new ModelStore();
        string path = request.CheckpointPath is null ? store.Find(nameOrPath) : nameOrPath;
        LoadedCheckpoint checkpoint = CheckpointLoader.Load(path);
        return EncodecModel.Load(checkpoint.Config, checkpoint.Weights);
    }
}
