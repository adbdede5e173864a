using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Loading;

namespace AudioCodec.Models;

/// <summary>The parts of a generator that its checkpoint may hold or only name: its codec and its text encoder.</summary>
internal static class GeneratorParts
{
    /// <summary>Loads the codec: the one in the checkpoint, else the one that it names, beside it or among the models of this machine.</summary>
    /// <param name="store">Where models are kept.</param>
    /// <param name="checkpoint">The generator.</param>
    /// <param name="createEngine">Creates the engine of a checkpoint; <see langword="null"/> for the managed one.</param>
    /// <exception cref="ModelNotFoundException">The codec is not on this machine.</exception>
    /// <exception cref="CheckpointException">It is damaged, or not the one that the generator was trained on.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read.</exception>
    public static CodecModel LoadCodec(ModelStore store, GeneratorCheckpoint checkpoint, Func<LoadedCheckpoint, ICodecEngine>? createEngine = null)
    {
        if (checkpoint.Codec is LoadedCheckpoint inside)
        {
            return CodecModel.Load(inside, () => FingerprintOf(checkpoint.Path, CodecFingerprint.OfCodes), () => FingerprintOf(checkpoint.Path, CodecFingerprint.OfDecoder), createEngine);
        }

        CodecModel codec = CodecModel.Load(FindCodec(store, checkpoint), store, null, createEngine);
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

    /// <summary>The weights file of the text encoder that a checkpoint only names.</summary>
    /// <param name="store">Where models are kept.</param>
    /// <param name="checkpoint">The generator.</param>
    /// <exception cref="ModelNotFoundException">The text encoder is not on this machine.</exception>
    public static string FindTextEncoder(ModelStore store, GeneratorCheckpoint checkpoint)
    {
        // A name from a file is looked up in the catalogue only, and never used as a path.
        string name = checkpoint.Config.TextEncoderName ?? "";
        ModelEntry? entry = ModelCatalogue.Find(name);
        return entry is { Kind: ModelKind.TextEncoder } && store.TryFind(entry.Name, out string? path)
            ? path
            : throw new ModelNotFoundException(
                $"{checkpoint.Path}: the text encoder of this generator, '{Messages.Quote(name)}', is not in its files, and not on this machine. "
                + $"{(entry is null ? "Name" : "Download it, or name")} the folder that holds it: config.json, model.safetensors, and spiece.model or tokenizer.json.",
                entry?.Name ?? Messages.Quote(name),
                isPublished: entry is not null);
    }

    private static string FindCodec(ModelStore store, GeneratorCheckpoint checkpoint)
    {
        string name = checkpoint.Config.Codec;
        string? models = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(checkpoint.Path)));
        string? beside = models is null ? null : Path.Combine(models, name);
        beside = beside is null || BundledModels.IsCheckpoint(beside) ? beside : BundledModels.FindStated(models!, name); // It has a folder: the path was made of it.
        if (beside is not null)
        {
            return beside;
        }

        try
        {
            return store.FindForStream(name);
        }
        catch (ModelNotFoundException e) when (!e.IsPublished)
        {
            throw new ModelNotFoundException(
                $"{checkpoint.Path}: the codec of this generator, '{name}', is neither in its files, nor beside its folder, nor a known model.", name, isPublished: false);
        }
    }

    /// <summary>Opens the checkpoint again, since few uses need the fingerprint and this one may be closed by then.</summary>
    private static WeightsFingerprint FingerprintOf(string path, Func<EncodecConfig, StateDict, WeightsFingerprint> of)
    {
        using var checkpoint = GeneratorCheckpoint.Open(path);
        LoadedCheckpoint codec = checkpoint.Codec!; // It was there when the codec was loaded.
        return of(codec.Config, codec.Weights);
    }
}
