using AudioCodec.Checkpoints;

namespace AudioCodec.Text;

/// <summary>An open folder of a T5 model as Hugging Face lays it out: shape, tokenizer, and tensors whose values are read one at a time.</summary>
internal sealed class T5Folder : IDisposable
{
    private const int MaxConfigBytes = 1 << 20;
    private static readonly string[] s_tokenizers = ["spiece.model", "tokenizer.json"];
    private readonly TensorFiles _files;

    private T5Folder(T5Config config, T5Tokenizer tokenizer, TensorFiles files)
    {
        _files = files;
        Config = config;
        Tokenizer = tokenizer;
    }

    /// <summary>Shape.</summary>
    public T5Config Config { get; }

    /// <summary>Tokenizer.</summary>
    public T5Tokenizer Tokenizer { get; }

    /// <summary>All tensors of the checkpoint; values are read at each use.</summary>
    public StateDict Tensors => _files.Tensors;

    /// <summary>Opens a folder of <c>config.json</c>, <c>spiece.model</c> or <c>tokenizer.json</c>, and weights: safetensors or pickle, in one file or sharded.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged or hostile.</exception>
    /// <exception cref="ConfigException">The configuration is of another model, or has a value that is not allowed.</exception>
    public static T5Folder Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException($"{folder}: there is no such folder. A folder of a T5 model is expected: config.json, model.safetensors, spiece.model.", folder);
        }

        string weights = TensorFiles.Find(folder)
            ?? throw new CheckpointException($"{folder}: holds no weights; model.safetensors, its index of shards, or pytorch_model.bin is expected.", folder);
        string tokenizer = s_tokenizers.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new CheckpointException($"{folder}: holds no tokenizer; {string.Join(" or ", s_tokenizers)} is expected.", folder);
        T5Config config = ReadConfig(Path.Combine(folder, "config.json"));
        return new T5Folder(config, T5Tokenizer.Load(tokenizer, config.VocabularySize), TensorFiles.Open(weights));
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private static T5Config ReadConfig(string path)
    {
        using ByteSource file = ByteSource.OpenFile(path);
        if (file.Length > MaxConfigBytes)
        {
            throw new ConfigException($"{path}: {file.Length} bytes; a configuration has at most {MaxConfigBytes}.", "");
        }

        var json = new byte[file.Length];
        file.Read(0, json);
        return T5Config.Parse(json, path);
    }
}
