namespace AudioCodec.Checkpoints;

/// <summary>The Python names that are interpreted: dictionaries, tensors and storages.</summary>
internal sealed class TorchGlobals(string source, Dictionary<string, TorchStorage>? storages)
{
    private const int MaxRank = 16;

    /// <summary>The result of a call: a dictionary, a tensor, or an inert object.</summary>
    public object Call(object? callable, PickleTuple arguments)
    {
        if (callable is not PickleGlobal global)
        {
            throw Fault("calls something that is not a name");
        }

        return (global.Module, global.Name) switch
        {
            ("collections", "OrderedDict") => Dictionary(arguments),
            ("collections", "defaultdict") or ("builtins" or "__builtin__", "dict") => new PickleDict(),
            ("torch._utils", "_rebuild_tensor_v2" or "_rebuild_tensor") => Tensor(arguments.Items),
            ("torch._utils", "_rebuild_parameter" or "_rebuild_parameter_with_state") => Parameter(arguments.Items),
            _ => new PickleObject(global),
        };
    }

    /// <summary>Reads the tuple by which torch refers to a storage: marker, type, key, device, element count and, in old files, a view.</summary>
    public TorchStorage Storage(object? persistentId)
    {
        if (persistentId is not PickleTuple { Items: ["storage", PickleGlobal type, string key, string or null, long count, .. object?[] rest] })
        {
            throw Fault("has a persistent id that is not a storage");
        }

        if (type.Module is not ("torch" or "torch.storage") || ElementType(type.Name) is not { } element)
        {
            throw Fault($"holds a storage of type {Messages.Quote(type.ToString())}, which is not supported");
        }

        if (count < 0 || count > Array.MaxLength)
        {
            throw Fault($"claims a storage of {count} elements");
        }

        TorchStorage storage = View(new TorchStorage(key, element, 0, count, count), rest);
        storages?.TryAdd(key, storage);
        return storage;
    }

    private TorchStorage View(TorchStorage whole, object?[] rest)
    {
        if (rest is not [PickleTuple { Items: [string, long first, long count] }])
        {
            return whole;
        }

        return first >= 0 && count >= 0 && first <= whole.Count && count <= whole.Count - first
            ? whole with { FirstElement = first, Count = count }
            : throw Fault($"views {count} elements from {first} on of a storage of {whole.Count}");
    }

    private static TensorType? ElementType(string storage) => storage switch
    {
        "DoubleStorage" => TensorType.F64,
        "FloatStorage" => TensorType.F32,
        "HalfStorage" => TensorType.F16,
        "BFloat16Storage" => TensorType.BF16,
        "LongStorage" => TensorType.I64,
        "IntStorage" => TensorType.I32,
        "ShortStorage" => TensorType.I16,
        "CharStorage" => TensorType.I8,
        "ByteStorage" => TensorType.U8,
        "BoolStorage" => TensorType.Boolean,
        _ => null,
    };

    private PickleDict Dictionary(PickleTuple arguments)
    {
        var dictionary = new PickleDict();
        if (arguments.Items is [List<object?> pairs])
        {
            foreach (object? pair in pairs)
            {
                (object? key, object? value) = pair switch
                {
                    PickleTuple { Items: [var k, var v] } => (k, v),
                    List<object?> and [var k, var v] => (k, v),
                    _ => throw Fault("makes a dictionary of values that are not pairs"),
                };
                dictionary.Set(key, value);
            }
        }

        return dictionary;
    }

    private TorchTensor Tensor(object?[] arguments)
    {
        if (arguments is not [TorchStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..])
        {
            throw Fault("builds a tensor from arguments other than storage, offset, shape and strides");
        }

        return new TorchTensor(storage, offset, Integers(shape), Integers(strides));
    }

    private TorchTensor Parameter(object?[] arguments) =>
        arguments is [TorchTensor tensor, ..] ? tensor : throw Fault("builds a parameter from something that is not a tensor");

    private long[] Integers(PickleTuple tuple) =>
        tuple.Items.Length <= MaxRank && Array.TrueForAll(tuple.Items, i => i is long)
            ? Array.ConvertAll(tuple.Items, i => i is long value ? value : 0)
            : throw Fault($"holds a shape that is not at most {MaxRank} whole numbers");

    private CheckpointException Fault(string what) =>
        new($"{source}: the pickle {what}. The file is damaged or is not a checkpoint.", source);
}
