using System.Text.Json;
using System.Text.RegularExpressions;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs.Loading;

/// <summary>Loads codec checkpoints of any supported format and naming.</summary>
/// <remarks>
/// Formats (told by content): safetensors, torch zip, torch legacy. Namings: official, Hugging Face, AudioCraft. Nothing in
/// a checkpoint is executed. Memory is bounded by a small multiple of the file's size.
/// </remarks>
public static partial class CheckpointLoader
{
    /// <summary>Names of weights files in a folder, in order of preference.</summary>
    private static readonly string[] s_weightFiles = ["model.safetensors", "pytorch_model.bin", "compression_state_dict.bin", "weights.th"];

    /// <summary>Loads a codec.</summary>
    /// <param name="path">
    /// A weights file, or a folder with <c>config.json</c> and <c>model.safetensors</c> (ours or a Hugging Face one) or with an
    /// AudioCraft <c>compression_state_dict.bin</c>. A <c>config.json</c> beside a file of one of those names is used as well.
    /// </param>
    /// <param name="config">The configuration to use; without it, it is read from the package, from <c>config.json</c>, or recognized from the tensors.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or hostile, or its tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration that was found cannot be read, or has a value that is not allowed.</exception>
    public static LoadedCheckpoint Load(string path, EncodecConfig? config = null)
    {
        using CheckpointFile file = CheckpointFile.Open(path, config);
        return file.Contents with { Weights = file.Contents.Weights.ReadAll() };
    }

    /// <summary>Finds configuration and tensors of an open file; values are read at each use.</summary>
    internal static LoadedCheckpoint Describe(ByteSource bytes, EncodecConfig? config, EncodecConfig? otherwise)
    {
        string file = bytes.Name;
        TensorArchive archive = TensorArchive.Open(bytes);
        (StateDict weights, CheckpointNaming naming) = CodecTensorNames.ToOfficial(archive.Tensors);
        var status = CheckpointStatus.Release;
        if (archive.Package?.Get("xp.cfg") is not null)
        {
            naming = CheckpointNaming.AudioCraft;
            config ??= AudioCraftConfig.Read(archive.Package, file);
        }

        if (config is null && SiblingConfig(file) is string configPath)
        {
            (config, status) = ReadConfig(configPath, weights);
        }

        config ??= Recognize(weights, archive.Format, file) ?? otherwise ?? throw new ConfigException(
            $"{file}: the configuration of this codec is not known. Name the file model.safetensors and put its config.json beside it, or name a model that has the same one.", "config");
        EncodecTensors.Check(weights, config);
        return new LoadedCheckpoint(weights, config, archive.Format, naming, status, file);
    }

    /// <summary>A codec that is part of another checkpoint in the Hugging Face layout.</summary>
    /// <param name="tensors">Its tensors under their Hugging Face names.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="format">Format of the file.</param>
    /// <exception cref="CheckpointException">The tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration has a value that is not allowed.</exception>
    internal static LoadedCheckpoint FromHuggingFace(StateDict tensors, JsonElement config, CheckpointFormat format)
    {
        StateDict weights = CodecTensorNames.ToOfficial(tensors).Weights;
        EncodecConfig codec = HuggingFaceConfig.Read(config, Codebooks(weights), tensors.Source);
        EncodecTensors.Check(weights, codec);
        return new LoadedCheckpoint(weights, codec, format, CheckpointNaming.HuggingFace, CheckpointStatus.Release, tensors.Source);
    }

    /// <summary>Reads configuration and status of a codec; of the weights no more is read than tells them.</summary>
    /// <param name="path">A file or folder, as for <see cref="Load"/>.</param>
    /// <param name="otherwise">As for <see cref="CheckpointFile.Open"/>.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or hostile.</exception>
    /// <exception cref="ConfigException">The configuration cannot be read, or has a value that is not allowed.</exception>
    internal static (EncodecConfig Config, CheckpointStatus Status) ReadConfig(string path, EncodecConfig? otherwise = null)
    {
        string weights = WeightsFile(path);
        if (System.IO.Path.GetFileName(weights) == s_weightFiles[0] && SiblingConfig(weights) is string configPath)
        {
            byte[] json = ConfigFile.ReadBytes(configPath);
            if (!HuggingFaceConfig.Recognizes(json))
            {
                return EncodecConfigJson.Parse(json, configPath);
            }
        }

        using CheckpointFile file = CheckpointFile.Open(path, null, otherwise);
        return (file.Contents.Config, file.Contents.Status);
    }

    /// <summary>Loads the tensors of any checkpoint, such as that of a language model, under the names in the file.</summary>
    /// <param name="path">A weights file, or a folder that holds one.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or hostile.</exception>
    public static StateDict LoadTensors(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TensorArchive.Read(WeightsFile(path)).Tensors;
    }

    /// <summary>The weights file of a path.</summary>
    /// <param name="path">A file, which is returned as it is, or a folder.</param>
    /// <exception cref="CheckpointException">The folder holds no weights file.</exception>
    public static string WeightsFile(string path)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        return s_weightFiles.Select(name => System.IO.Path.Combine(path, name)).FirstOrDefault(File.Exists)
            ?? throw new CheckpointException($"{path}: this folder holds none of {string.Join(", ", s_weightFiles)}.", path);
    }

    /// <summary>Whether a folder holds a weights file.</summary>
    internal static bool HoldsWeights(string folder) => s_weightFiles.Any(name => File.Exists(System.IO.Path.Combine(folder, name)));

    private static string? SiblingConfig(string file)
    {
        string configPath = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file) ?? "", "config.json");
        return s_weightFiles.Contains(System.IO.Path.GetFileName(file)) && File.Exists(configPath) ? configPath : null;
    }

    private static (EncodecConfig Config, CheckpointStatus Status) ReadConfig(string path, StateDict weights)
    {
        byte[] json = ConfigFile.ReadBytes(path);
        if (!HuggingFaceConfig.Recognizes(json))
        {
            return EncodecConfigJson.Parse(json, path);
        }

        return (HuggingFaceConfig.Parse(json, Codebooks(weights), path), CheckpointStatus.Release);
    }

    private static int Codebooks(StateDict weights) => weights.Tensors.Keys.Count(n => CodebookName().IsMatch(n));

    /// <summary>
    /// The official files have no configuration; they are recognized by their names, and renamed ones by their tensors. A safetensors
    /// file is not: it may be any model of the same architecture, whose streams must not name an official model.
    /// </summary>
    private static EncodecConfig? Recognize(StateDict weights, CheckpointFormat format, string file)
    {
        if (format == CheckpointFormat.Safetensors)
        {
            return null;
        }

        EncodecConfig[] known = [EncodecConfig.Encodec24Khz, EncodecConfig.Encodec48Khz];
        string name = System.IO.Path.GetFileName(file);
        return Array.Find(known, c => name.StartsWith($"{c.Name}-", StringComparison.Ordinal))
            ?? Array.Find(known, c => Fits(weights, c));
    }

    private static bool Fits(StateDict weights, EncodecConfig config) =>
        EncodecTensors.For(config).All(t => weights.TryGet(t.Name, out CheckpointTensor? tensor) && tensor.Shape.AsSpan().SequenceEqual(t.Shape));

    [GeneratedRegex(@"^quantizer\.vq\.layers\.[0-9]+\._codebook\.embed$", RegexOptions.CultureInvariant)]
    private static partial Regex CodebookName();
}
