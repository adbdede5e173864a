using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Files;

namespace AudioCodec.Models;

/// <summary>A folder with one trained model: <c>config.json</c>, <c>model.safetensors</c>, <c>SHA256SUMS</c>, <c>README.md</c>, of codecs and entropy models <c>FINGERPRINTS</c>.</summary>
public static class CheckpointFolder
{
    /// <summary>Name of the file that lists the hashes, in the format of the <c>sha256sum</c> tool.</summary>
    public const string SumsFile = "SHA256SUMS";

    internal const string ConfigName = "config.json";
    internal const string WeightsFile = "model.safetensors";

    /// <summary>Reads kind, name and status of the model in a folder, without validating the rest of its configuration.</summary>
    /// <returns>Kind and name as written, and the status.</returns>
    /// <exception cref="ConfigException">There is no readable <c>config.json</c>, or one of the three is missing.</exception>
    public static (string Kind, string Name, CheckpointStatus Status) Describe(string folder)
    {
        string path = Path.Combine(folder, ConfigName);
        return ConfigFile.Parse(ConfigFile.ReadBytes(path), path, keys =>
        {
            string Text(string key) => ConfigFile.TakeText(keys, key) ?? throw new ConfigException($"{key} is missing.", key);
            CheckpointStatus status = ConfigFile.TakeStatus(keys) ?? throw new ConfigException($"{ConfigFile.StatusKey} is missing.", ConfigFile.StatusKey);
            return (Text(ConfigFile.KindKey), Text("name"), status);
        });
    }

    /// <summary>Reads the status of a model in a folder, without its weights.</summary>
    /// <param name="path">Its folder, or a file in it.</param>
    /// <returns>The status; release where nothing is stated, as with published models.</returns>
    public static CheckpointStatus StatusOf(string path)
    {
        string? folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path);
        try
        {
            return folder is null ? CheckpointStatus.Release : Describe(folder).Status;
        }
        catch (ConfigException)
        {
            return CheckpointStatus.Release;
        }
    }

    /// <summary>Writes a codec's folder: configuration, weights, fingerprints, hashes. An existing model card is kept and hashed too.</summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="config">The codec's configuration.</param>
    /// <param name="weights">Its tensors under the official names; training buffers in it are left out.</param>
    /// <param name="status">State of the training.</param>
    /// <param name="type"><see cref="TensorType.F16"/> halves the size at a relative rounding error of up to 2^-11 per weight; <see cref="TensorType.F32"/> is exact.</param>
    /// <exception cref="CheckpointException">The tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static void SaveCodec(string folder, EncodecConfig config, StateDict weights, CheckpointStatus status, TensorType type = TensorType.F16)
    {
        ArgumentNullException.ThrowIfNull(config);
        EncodecTensors.Check(weights, config);
        if (type == TensorType.F16)
        {
            config = config with { RoundedFrom = config.RoundedFrom ?? CodecFingerprint.RoundedFrom(config, weights) };
        }

        var writer = new SafetensorsWriter();
        writer.SetMetadata("name", config.Name);
        foreach ((string name, int[] shape) in EncodecTensors.For(config))
        {
            writer.Add(name, shape, weights.Get(name, shape), type);
        }

        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, WeightsFile);
        writer.Save(path);
        config = config with { SilenceLatent = config.LeadInFrames > 0 ? MeasureSilence(path, config) : null };
        EncodecConfigJson.Write(Path.Combine(folder, ConfigName), config, status);
        WriteFingerprints(folder, config);
        WriteSums(folder);
    }

    private static void WriteFingerprints(string folder, EncodecConfig config)
    {
        using CheckpointFile stored = CheckpointFile.Open(folder, config);
        StateDict weights = stored.Contents.Weights;
        FingerprintFile.Write(
            folder,
            (FingerprintFile.Codes, CodecFingerprint.OfCodes(config, weights)),
            (FingerprintFile.Decoder, CodecFingerprint.OfDecoder(config, weights)));
    }

    /// <summary>The latent of silence with the weights as they were stored; of the codec no more is read than the encoder.</summary>
    private static float[] MeasureSilence(string path, EncodecConfig config)
    {
        using var model = EncodecModel.LoadOnUse(CheckpointFile.Open(path, config));
        return model.MeasureSilence();
    }

    /// <summary>The name under which a model is exported.</summary>
    /// <param name="path">Its folder or weights file.</param>
    /// <param name="stated">The name in its configuration.</param>
    /// <param name="asked">The name that is asked for, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">A model cannot have that name, or another, published one is known by it.</exception>
    internal static string NameForExport(string path, string stated, string? asked)
    {
        string name = asked ?? RunFolder.NameOf(path, stated);
        try
        {
            ConfigRule.RequireName("name", name);
        }
        catch (ConfigException refusal)
        {
            throw new ArgumentException(refusal.Message, refusal);
        }

        return name == stated || !ModelCatalogue.IsPublished(name)
            ? name
            : throw new ArgumentException($"'{name}' is the name of a published model, by which files and programs mean its weights; give it another name.");
    }

    /// <summary>Hashes every file of the folder into <see cref="SumsFile"/>.</summary>
    public static void WriteSums(string folder)
    {
        IEnumerable<string> lines = Directory.EnumerateFiles(folder)
            .Select(f => Path.GetFileName(f) ?? "")
            .Where(f => f != SumsFile && !f.EndsWith(".tmp", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(f => $"{Sha256File.Compute(Path.Combine(folder, f))}  {f}\n");
        AtomicFile.Write(Path.Combine(folder, SumsFile), string.Concat(lines));
    }

    /// <summary>Checks every file that <see cref="SumsFile"/> lists.</summary>
    /// <exception cref="CheckpointException">The list is missing or unreadable, or a file is missing or differs.</exception>
    public static void VerifySums(string folder)
    {
        string sums = Path.Combine(folder, SumsFile);
        if (!File.Exists(sums) || new FileInfo(sums).Length > 1 << 20)
        {
            throw new CheckpointException($"{sums}: missing, or too large to be a list of hashes.", sums);
        }

        foreach (string line in File.ReadLines(sums).Where(l => l.Length > 0))
        {
            string name = line.Length > Sha256File.Digits + 2 ? line[(Sha256File.Digits + 2)..] : "";
            if (name.Length == 0 || name != Path.GetFileName(name) || !Sha256File.IsHash(line[..Sha256File.Digits]))
            {
                throw new CheckpointException($"{sums}: '{Messages.Quote(line)}' is not 'hash  file'.", sums);
            }

            string path = Path.Combine(folder, name);
            string actual = File.Exists(path) ? Sha256File.Compute(path) : "missing";
            if (actual != line[..Sha256File.Digits])
            {
                throw new CheckpointException($"{path}: SHA-256 is {actual}, expected {line[..Sha256File.Digits]}. The file was changed or is damaged.", path);
            }
        }
    }
}
