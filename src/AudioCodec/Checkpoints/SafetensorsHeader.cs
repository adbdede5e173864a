using System.Buffers.Binary;
using System.Text.Json;

namespace AudioCodec.Checkpoints;

/// <summary>The checked header of a safetensors file.</summary>
/// <remarks>
/// Layout: u64 little-endian header length; that many bytes of JSON, an object from tensor name to <c>dtype</c>,
/// <c>shape</c>, <c>data_offsets</c> [begin, end) plus an optional <c>__metadata__</c> of strings; then the data. Accepted
/// only where the tensors cover the data exactly: no hole, no overlap, no duplicate name, each extent equal to its shape.
/// </remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own limit on the header, bytes.</summary>
    public const long MaxHeaderBytes = 100_000_000;

    private const string MetadataKey = "__metadata__";

    private readonly string _source;
    private readonly Dictionary<string, StoredTensor> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsHeader(string source) => _source = source;

    /// <summary>Tensors by name with the extent of their data, absolute offsets in the file.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>The file's string metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The format's name of an element type.</summary>
    public static string TypeName(TensorType type) => type == TensorType.Boolean ? "BOOL" : type.ToString();

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="CheckpointException">The file breaks a rule of the format.</exception>
    public static SafetensorsHeader Read(ByteSource bytes)
    {
        var header = new SafetensorsHeader(bytes.Name);
        Span<byte> prefix = stackalloc byte[8];
        bytes.Read(0, prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes || (long)length > bytes.Length - 8)
        {
            throw header.Fault($"the header claims {length} bytes; the file has {bytes.Length} and the format allows {MaxHeaderBytes}");
        }

        var json = new byte[length];
        bytes.Read(8, json);
        try
        {
            header.Parse(json, 8 + (long)length, bytes.Length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // The reader throws InvalidOperationException for a token of another kind and for text that is not UTF-8.
            throw new CheckpointException($"{bytes.Name}: the safetensors header is not valid: {Messages.OfJson(e)}", bytes.Name, null, e);
        }

        header.CheckCoverage(8 + (long)length, bytes.Length);
        return header;
    }

    private void Parse(ReadOnlySpan<byte> json, long dataStart, long fileLength)
    {
        var reader = new Utf8JsonReader(json);
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        while (NextKey(ref reader, out string name))
        {
            if (name == MetadataKey)
            {
                ParseMetadata(ref reader);
                continue;
            }

            (TensorInfo info, long begin, long end) = ParseTensor(ref reader, name);
            long bytesNeeded = (long)info.Count * ElementLayout.SizeOf(info.Type);
            if (begin < 0 || end < begin || end > fileLength - dataStart || end - begin != bytesNeeded)
            {
                throw Fault(
                    $"tensor '{name}': data offsets [{begin}, {end}) do not fit {info.Type} [{string.Join(", ", info.Shape)}], "
                    + $"which needs {bytesNeeded} of the {fileLength - dataStart} data bytes",
                    name);
            }

            if (!_tensors.TryAdd(name, new StoredTensor(info, dataStart + begin, dataStart + end)))
            {
                throw Fault($"tensor '{name}' is listed twice", name);
            }
        }

        // Only spaces may follow; the reader itself refuses anything else.
        while (reader.Read())
        {
        }
    }

    private StoredTensor ParseTensor(ref Utf8JsonReader reader, string name)
    {
        TensorType? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, name);
        while (NextKey(ref reader, out string key))
        {
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String, name);
                    type = ParseType(reader.GetString(), name);
                    break;
                case "shape" when shape is null:
                    shape = ParseNumbers(ref reader, name);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseNumbers(ref reader, name);
                    break;
                default:
                    throw Fault($"tensor '{name}': unexpected or repeated key '{Messages.Quote(key)}'", name);
            }
        }

        if (type is null || shape is null || offsets is not { Count: 2 })
        {
            throw Fault($"tensor '{name}': dtype, shape and two data_offsets are needed", name);
        }

        if (!ElementLayout.TryCount([.. shape], out _))
        {
            throw Fault($"tensor '{name}': shape [{string.Join(", ", shape)}] has more elements than an array can hold", name);
        }

        return new StoredTensor(new TensorInfo(name, type.Value, [.. shape.Select(d => (int)d)]), offsets[0], offsets[1]);
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataKey);
        while (NextKey(ref reader, out string key))
        {
            Expect(ref reader, JsonTokenType.String, MetadataKey);
            if (!_metadata.TryAdd(key, reader.GetString() ?? ""))
            {
                throw Fault($"metadata key '{Messages.Quote(key)}' is listed twice");
            }
        }
    }

    private List<long> ParseNumbers(ref Utf8JsonReader reader, string name)
    {
        const int MaxRank = 16;
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray, name);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || numbers.Count == MaxRank)
            {
                throw Fault($"tensor '{name}': shape and data_offsets hold at most {MaxRank} whole numbers", name);
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private TensorType ParseType(string? text, string name)
    {
        foreach (TensorType type in Enum.GetValues<TensorType>())
        {
            if (TypeName(type) == text)
            {
                return type;
            }
        }

        throw Fault($"tensor '{name}': element type '{Messages.Quote(text ?? "")}' is not supported", name);
    }

    private void CheckCoverage(long dataStart, long fileLength)
    {
        long position = dataStart;
        foreach ((TensorInfo info, long begin, long end) in _tensors.Values.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            if (begin != position)
            {
                throw Fault($"tensor '{info.Name}' starts at byte {begin}, expected {position}: the data has a hole or an overlap", info.Name);
            }

            position = end;
        }

        if (position != fileLength)
        {
            throw Fault($"the tensors end at byte {position}, the file at {fileLength}");
        }
    }

    private bool NextKey(ref Utf8JsonReader reader, out string key)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            key = "";
            return false;
        }

        key = reader.GetString() ?? throw Fault("a key is missing");
        return true;
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string where)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw Fault($"{type} expected in '{Messages.Quote(where)}', found {reader.TokenType}");
        }
    }

    private CheckpointException Fault(string what, string? tensor = null) =>
        new($"{_source}: not a valid safetensors file: {what}. It is damaged or was made by a faulty writer.", _source, tensor);
}
