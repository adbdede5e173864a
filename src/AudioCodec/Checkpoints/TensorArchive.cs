namespace AudioCodec.Checkpoints;

/// <summary>The tensors of a checkpoint file of any format, under the names it uses, and its other contents.</summary>
/// <param name="Tensors">The tensors, single precision; read by <see cref="Read(string)"/>, or at each use after <see cref="Open"/>.</param>
/// <param name="Format">Format of the file.</param>
/// <param name="Package">The dictionary of a torch file that holds the tensors among other things, or <see langword="null"/>.</param>
internal sealed record TensorArchive(StateDict Tensors, CheckpointFormat Format, PickleDict? Package)
{
    private const string PretrainedKey = "pretrained";

    /// <summary>Keys under which packages keep their weights, in order of preference.</summary>
    private static readonly string[] s_stateKeys = ["best_state", "model_state", "state_dict", "model"];

    /// <summary>Reads all tensors of a file; the format is told by its content.</summary>
    /// <exception cref="CheckpointException">The file is of no known format, damaged or hostile, or holds no tensors.</exception>
    public static TensorArchive Read(string path)
    {
        using ByteSource bytes = ByteSource.OpenFile(path);
        return Read(bytes);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static TensorArchive Read(ByteSource bytes)
    {
        TensorArchive archive = Open(bytes);
        return archive with { Tensors = archive.Tensors.ReadAll() };
    }

    /// <summary>Finds the tensors of a file; their values are read at each use, while <paramref name="bytes"/> is open.</summary>
    /// <exception cref="CheckpointException">The file is of no known format, damaged or hostile, or holds no tensors.</exception>
    public static TensorArchive Open(ByteSource bytes) => Detect(bytes) switch
    {
        CheckpointFormat.Safetensors => ReadSafetensors(bytes),
        CheckpointFormat format => ReadTorch(bytes, format),
    };

    /// <summary>The name of the model that a package names in place of weights, without its publisher's, or <see langword="null"/>.</summary>
    /// <exception cref="CheckpointException">The file is of no known format, damaged or hostile.</exception>
    public static string? FindPretrained(ByteSource bytes) =>
        Detect(bytes) is var format && format != CheckpointFormat.Safetensors && TorchFile.Open(bytes, format == CheckpointFormat.TorchZip).Root is PickleDict root
            && root.Get(PretrainedKey) is string pretrained
            ? LastPart(pretrained)
            : null;

    private static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static CheckpointFormat Detect(ByteSource bytes)
    {
        Span<byte> head = stackalloc byte[16];
        head = head[..(int)Math.Min(bytes.Length, head.Length)];
        bytes.Read(0, head);
        if (head.StartsWith(TorchLegacyFile.Magic))
        {
            return CheckpointFormat.TorchLegacy;
        }

        if (head.StartsWith("PK\x03\x04"u8))
        {
            return CheckpointFormat.TorchZip;
        }

        if (head.Length > 8 && head[8] == (byte)'{')
        {
            return CheckpointFormat.Safetensors;
        }

        string hint = head.StartsWith("version https"u8)
            ? "It is a Git LFS pointer: fetch the file itself."
            : head.StartsWith("<"u8) ? "It looks like a web page: the download failed." : "Safetensors and torch.save files can be read.";
        throw new CheckpointException($"{bytes.Name}: not a checkpoint ({bytes.Length} bytes of an unknown format). {hint}", bytes.Name);
    }

    private static TensorArchive ReadSafetensors(ByteSource bytes)
    {
        SafetensorsFile file = SafetensorsFile.FromSource(bytes);
        Dictionary<string, CheckpointTensor> tensors = file.Names.ToDictionary(
            name => name, name => new CheckpointTensor(file.Info(name).Shape, values => file.ReadFloat32(name, values)), StringComparer.Ordinal);
        return new TensorArchive(new StateDict(bytes.Name, tensors), CheckpointFormat.Safetensors, null);
    }

    private static TensorArchive ReadTorch(ByteSource bytes, CheckpointFormat format)
    {
        TorchFile file = TorchFile.Open(bytes, format == CheckpointFormat.TorchZip);
        if (file.Root is not PickleDict root)
        {
            throw new CheckpointException($"{bytes.Name}: holds {Describe(file.Root)}, expected a dictionary of tensors.", bytes.Name);
        }

        if (root.Get(PretrainedKey) is string pretrained)
        {
            throw new ModelNotFoundException(
                $"{bytes.Name}: this package holds no weights, only the name of the model it uses: '{Messages.Quote(pretrained)}'. Get that model instead.",
                Messages.Quote(LastPart(pretrained)),
                isPublished: true);
        }

        PickleDict state = FindState(root);
        var tensors = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
        foreach ((string name, object? value) in state.Entries)
        {
            if (value is TorchTensor tensor)
            {
                tensors.Add(name, file.Find(tensor, name));
            }
        }

        return tensors.Count > 0
            ? new TensorArchive(new StateDict(bytes.Name, tensors), format, ReferenceEquals(state, root) ? null : root)
            : throw new CheckpointException(
                $"{bytes.Name}: no tensors in it; its keys are {Messages.Quote(string.Join(", ", root.Entries.Take(8).Select(e => e.Key)))}.", bytes.Name);
    }

    /// <summary>Descends into the package, at most two levels: solvers keep <c>best_state</c> = {<c>model</c>: tensors}.</summary>
    private static PickleDict FindState(PickleDict root)
    {
        PickleDict state = root;
        for (int level = 0; level < 2 && !state.Entries.Any(e => e.Value is TorchTensor); level++)
        {
            PickleDict? inner = s_stateKeys.Select(state.Get).OfType<PickleDict>().FirstOrDefault();
            if (inner is null)
            {
                break;
            }

            state = inner;
        }

        return state;
    }

    private static string Describe(object? root) => root switch
    {
        PickleObject instance => $"an object of class {Messages.Quote(instance.Type.ToString())}",
        TorchTensor => "a single tensor",
        List<object?> => "a list",
        _ => "something else",
    };
}
