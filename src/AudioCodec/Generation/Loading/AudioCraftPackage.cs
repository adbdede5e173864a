using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Transformer;

namespace AudioCodec.Generation.Loading;

/// <summary>Opens the package that AudioCraft publishes a generator as: its transformer, and beside it its codec or the name of one.</summary>
/// <remarks>The text encoder is never in it, only its name. Source: audiocraft/models/loaders.py, utils/export.py.</remarks>
internal static class AudioCraftPackage
{
    /// <summary>Name of the transformer's file; a copy may have something before it.</summary>
    public const string FileName = "state_dict.bin";

    /// <summary>What stands before <see cref="FileName"/> in the name of the codec's file.</summary>
    private const string CodecPrefix = "compression_";

    /// <summary>Opens a package.</summary>
    /// <param name="file">The transformer's file.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or hostile, or its tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration is missing, is a codec's, or has a value that is not supported.</exception>
    public static GeneratorCheckpoint Open(string file)
    {
        TensorFiles files = TensorFiles.Open(file);
        CheckpointFile? codec = null;
        try
        {
            ConfigTree tree = Configuration(files, file);
            StateDict transformer = TransformerTensors.FromAudioCraft(files.Tensors);
            (codec, string? codecName) = Codec(file);
            GeneratorConfig config = AudioCraftGeneratorConfig.Read(tree, Name(file, tree), TextWidth(transformer), codec?.Contents.Config);
            config = config with { Codec = codecName ?? config.Codec };
            return codec is null
                ? new GeneratorCheckpoint(file, config, transformer, null, null, files)
                : new GeneratorCheckpoint(file, config, transformer, codec.Contents, null, files, codec);
        }
        catch
        {
            codec?.Dispose();
            files.Dispose();
            throw;
        }
    }

    /// <exception cref="ConfigException">There is none, or it is a codec's.</exception>
    private static ConfigTree Configuration(TensorFiles files, string file)
    {
        if (files.Package?.Get("xp.cfg") is null)
        {
            throw new ConfigException(
                $"{file}: the configuration of a generator is not in it. The {FileName} of an AudioCraft package, or a file with its config.json beside it, is expected.", "xp.cfg");
        }

        ConfigTree tree = AudioCraftConfig.Open(files.Package, file);
        return AudioCraftGeneratorConfig.Recognizes(tree)
            ? tree
            : throw new ConfigException($"{file}: this package holds a codec, not a generator. A generator's transformer is in {FileName}.", "transformer_lm");
    }

    /// <summary>The codec in the file beside the transformer's, or the name that stands there in its place.</summary>
    private static (CheckpointFile? Codec, string? Name) Codec(string file)
    {
        string name = Path.GetFileName(file);
        string path = name.EndsWith(FileName, StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(file) ?? "", name[..^FileName.Length] + CodecPrefix + FileName)
            : "";
        if (!File.Exists(path))
        {
            return (null, null);
        }

        using (ByteSource bytes = ByteSource.OpenFile(path))
        {
            if (TensorArchive.FindPretrained(bytes) is string pretrained)
            {
                return (null, pretrained);
            }
        }

        return (CheckpointFile.Open(path), null);
    }

    private static int TextWidth(StateDict transformer)
    {
        const string Projection = $"{TokenModelTensors.TextProjection}.weight";
        return transformer.TryGet(Projection, out CheckpointTensor? projection) && projection.Shape is [_, int width]
            ? width
            : throw new CheckpointException($"{transformer.Source}: tensor '{Projection}' is missing or no matrix. The transformer is not one that is conditioned on a text.", transformer.Source, Projection);
    }

    /// <summary>The folder's name, as packages are kept in folders of the publisher's name, or else what the model does.</summary>
    private static string Name(string file, ConfigTree tree)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) ?? "";
        return ModelName.Of(folder) ?? (tree.Text("solver") == "audiogen" ? "audiogen" : "musicgen");
    }
}
