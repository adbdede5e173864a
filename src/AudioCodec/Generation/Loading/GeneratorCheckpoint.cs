using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Configuration;

namespace AudioCodec.Generation.Loading;

/// <summary>An open checkpoint of a generator: configuration, names and shapes are known, values are read one tensor at a time.</summary>
/// <remarks>
/// So that a model is built, and its weights rounded, without the checkpoint in memory beside it. Reads must not run in parallel. After disposal the tensors
/// cannot be read.
/// </remarks>
internal sealed class GeneratorCheckpoint : IDisposable
{
    /// <summary>Prefix of the text encoder's tensors beside those of the transformer.</summary>
    public const string TextEncoderPrefix = "text_encoder.";

    private const string ConfigName = "config.json";

    private static readonly string[] s_tokenizers = ["spiece.model", "tokenizer.json"];

    private readonly IDisposable[] _files;

    /// <summary>Joins the parts.</summary>
    /// <param name="path">Path of the weights file or index.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="transformer">The transformer's tensors; checked here.</param>
    /// <param name="codec">The codec in the checkpoint, or <see langword="null"/>.</param>
    /// <param name="textEncoder">The text encoder's tensors, where the checkpoint holds them.</param>
    /// <param name="files">What is open; disposed with this.</param>
    /// <exception cref="CheckpointException">The tensors are not those of the configuration, or the codec is another one.</exception>
    internal GeneratorCheckpoint(string path, GeneratorConfig config, StateDict transformer, LoadedCheckpoint? codec, StateDict? textEncoder, params IDisposable[] files)
    {
        TransformerTensors.Check(transformer, config.Transformer);
        if (codec is not null)
        {
            config.RequireCodec(codec.Config, () => CodecFingerprint.OfCodes(codec.Config, codec.Weights), path);
        }

        (Path, Config, Transformer, Codec, TextEncoder) = (path, config, transformer, codec, textEncoder);
        _files = files;
    }

    /// <summary>Path of the weights file or index.</summary>
    public string Path { get; }

    /// <summary>The configuration, validated.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>The transformer's tensors, named as <see cref="Generation.Transformer.TokenModelTensors"/> lists them; values are read at each use.</summary>
    public StateDict Transformer { get; }

    /// <summary>The codec in the checkpoint; <see langword="null"/> where <see cref="GeneratorConfig.Codec"/> names one that is elsewhere.</summary>
    public LoadedCheckpoint? Codec { get; }

    /// <summary>The text encoder's tensors under their Hugging Face names; <see langword="null"/> where <see cref="GeneratorConfig.TextEncoderName"/> names one that is elsewhere.</summary>
    public StateDict? TextEncoder { get; }

    /// <summary>Path of the tokenizer beside the weights, or <see langword="null"/> where there is none.</summary>
    public string? Tokenizer => s_tokenizers.Select(name => System.IO.Path.Combine(FolderOf(Path), name)).FirstOrDefault(File.Exists);

    /// <summary>Opens a checkpoint of any supported kind.</summary>
    /// <param name="path">
    /// A folder of this library, of Hugging Face's MusicGen, or of an AudioCraft package (<c>state_dict.bin</c>, <c>compression_state_dict.bin</c>), or the
    /// weights file in it, or the index of its shards.
    /// </param>
    /// <exception cref="CheckpointException">A file is missing, damaged or hostile, or its tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration cannot be read, is of another kind of model, or has a value that is not supported.</exception>
    public static GeneratorCheckpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = WeightsFile(path);
        string config = System.IO.Path.Combine(FolderOf(file), ConfigName);
        if (System.IO.Path.GetFileName(file).EndsWith(AudioCraftPackage.FileName, StringComparison.Ordinal) || !File.Exists(config))
        {
            return AudioCraftPackage.Open(file);
        }

        byte[] json = ConfigFile.ReadBytes(config);
        return HuggingFaceConfig.Recognizes(json) ? HuggingFaceGenerator.Open(file, json, config) : OpenOurs(file, json, config);
    }

    /// <summary>Whether a folder holds a file that <see cref="Open"/> would take for the weights.</summary>
    public static bool HoldsWeights(string folder) => FindWeights(folder) is not null;

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_files, file => file.Dispose());

    private static GeneratorCheckpoint OpenOurs(string file, byte[] json, string configPath)
    {
        GeneratorConfig config = GeneratorConfigJson.Parse(json, configPath);
        TensorFiles files = TensorFiles.Open(file);
        try
        {
            StateDict text = TransformerTensors.Part(files.Tensors, TextEncoderPrefix);
            var transformer = new StateDict(
                files.Tensors.Source,
                files.Tensors.Tensors.Where(pair => !pair.Key.StartsWith(TextEncoderPrefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal));
            return new GeneratorCheckpoint(file, config, transformer, null, config.TextEncoder is null ? null : text, files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static string WeightsFile(string path) => !Directory.Exists(path) ? path
        : FindWeights(path) ?? throw new CheckpointException(
            $"{path}: this folder holds no generator: neither {AudioCraftPackage.FileName} of an AudioCraft package nor model.safetensors with config.json.", path);

    private static string? FindWeights(string folder) =>
        System.IO.Path.Combine(folder, AudioCraftPackage.FileName) is string package && File.Exists(package) ? package : TensorFiles.Find(folder);

    private static string FolderOf(string file) => System.IO.Path.GetDirectoryName(file) ?? "";
}
