namespace AudioCodec.Checkpoints;

/// <summary>The files of an open checkpoint, one or several shards: names and shapes are known, values are read one tensor at a time.</summary>
/// <remarks>Reads must not run in parallel. After disposal the tensors cannot be read.</remarks>
internal sealed class TensorFiles : IDisposable
{
    /// <summary>Names that transformers gives to a checkpoint's file or index, in order of preference.</summary>
    private static readonly string[] s_names = ["model.safetensors", "model.safetensors" + ShardIndex.Suffix, "pytorch_model.bin", "pytorch_model.bin" + ShardIndex.Suffix];

    private readonly List<ByteSource> _files = [];

    private TensorFiles(string path)
    {
        try
        {
            if (!ShardIndex.Recognizes(path))
            {
                TensorArchive archive = OpenFile(path);
                (Tensors, Format, Package) = archive;
                return;
            }

            var tensors = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
            foreach ((string shard, string[] names) in ShardIndex.Read(path).Shards)
            {
                TensorArchive archive = OpenFile(shard);
                RequireNames(archive.Tensors, names, path);
                Format = archive.Format;
                foreach ((string name, CheckpointTensor tensor) in archive.Tensors.Tensors)
                {
                    tensors.Add(name, tensor);
                }
            }

            Tensors = new StateDict(path, tensors);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>All tensors under the names in the files; values are read at each use.</summary>
    public StateDict Tensors { get; }

    /// <summary>Format of the files.</summary>
    public CheckpointFormat Format { get; }

    /// <summary>The dictionary of a single torch file that holds the tensors among other things, or <see langword="null"/>.</summary>
    public PickleDict? Package { get; }

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="path">A weights file of any format, or the index of shards, <c>*.index.json</c>.</param>
    /// <exception cref="CheckpointException">
    /// A file is missing, damaged or hostile, or the tensors of a shard are not those that the index lists for it.
    /// </exception>
    public static TensorFiles Open(string path) => new(path);

    /// <summary>The weights file or index in a folder of the Hugging Face layout, which ours is too; <see langword="null"/> where there is none.</summary>
    public static string? Find(string folder) => s_names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.Dispose());

    private TensorArchive OpenFile(string path)
    {
        ByteSource bytes = ByteSource.OpenFile(path);
        _files.Add(bytes);
        return TensorArchive.Open(bytes);
    }

    /// <summary>Each tensor of the index is listed once, so shards that hold what it lists do not overlap.</summary>
    private static void RequireNames(StateDict shard, string[] names, string index)
    {
        if (Array.Find(names, name => !shard.Tensors.ContainsKey(name)) is string missing)
        {
            throw new CheckpointException(
                $"{shard.Source}: tensor '{Messages.Quote(missing)}' is missing, which {Path.GetFileName(index)} lists for this file. The checkpoint is incomplete or its files are mixed up.",
                shard.Source,
                missing);
        }

        if (shard.Tensors.Count > names.Length)
        {
            string extra = shard.Tensors.Keys.Except(names).First();
            throw new CheckpointException(
                $"{shard.Source}: tensor '{Messages.Quote(extra)}' is not listed for this file in {Path.GetFileName(index)}. The files of several checkpoints are mixed up.",
                shard.Source,
                extra);
        }
    }
}
