using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AudioCodec.Bitstream;

/// <summary>Header of a version-0 <c>.ecdc</c> file.</summary>
/// <remarks>
/// <c>ECDC</c>, version byte 0, JSON length as big-endian u32, then the JSON as Python's <c>json.dumps</c> prints it, with a space
/// after each colon and comma. Source: the reference's <c>binary.py</c> and <c>compress.py</c>.
/// </remarks>
internal sealed record EcdcV0Header : EcdcHeader
{
    /// <summary>Longest JSON accepted, bytes; the reference's is under 80.</summary>
    public const int MaxJsonBytes = 65536;

    /// <summary>Name of the codec.</summary>
    public required string Model { get; init; }

    /// <summary>Samples per channel, at the model's rate.</summary>
    public required long LengthSamples { get; init; }

    /// <summary>Whether the codes are arithmetic-coded with the model's language model.</summary>
    public bool UsesLanguageModel { get; init; }

    /// <inheritdoc/>
    public override int Version => 0;

    /// <inheritdoc/>
    public override string ModelName => Model;

    /// <inheritdoc/>
    public override bool IsEntropyCoded => UsesLanguageModel;

    /// <summary>The header as stored in a file.</summary>
    public byte[] ToBytes()
    {
        byte[] json = Encoding.ASCII.GetBytes(ToJson());
        var bytes = new byte[EcdcMagic.ByteCount + 4 + json.Length];
        EcdcMagic.Bytes.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(EcdcMagic.ByteCount), json.Length);
        json.CopyTo(bytes, EcdcMagic.ByteCount + 4);
        return bytes;
    }

    /// <summary>Checks the header against the layout of the model that it names.</summary>
    /// <exception cref="BitstreamException">The file uses more codebooks than the model has.</exception>
    public void RequireFit(EcdcGeometry geometry)
    {
        geometry.Validate();
        if (Codebooks > geometry.Codebooks)
        {
            throw new BitstreamException(
                $"The header has {Codebooks} in 'nc'; model '{Model}' has {geometry.Codebooks} codebooks. "
                + "The file is damaged or was made with another model.",
                9,
                "nc");
        }
    }

    /// <summary>Reads the header behind the version byte.</summary>
    /// <exception cref="BitstreamException">The header is damaged.</exception>
    internal static EcdcV0Header ReadAfterVersion(Stream stream)
    {
        Span<byte> size = stackalloc byte[4];
        if (stream.ReadAtLeast(size, 4, throwOnEndOfStream: false) < 4)
        {
            throw new BitstreamException("The file ends inside the header's length field; it is truncated.", 5, "header length");
        }

        uint jsonBytes = BinaryPrimitives.ReadUInt32BigEndian(size);
        if (jsonBytes is 0 or > MaxJsonBytes)
        {
            throw new BitstreamException(
                $"The header claims {jsonBytes} bytes of JSON; 1 to {MaxJsonBytes} are accepted. The file is damaged.", 5, "header length");
        }

        var json = new byte[jsonBytes];
        int got = stream.ReadAtLeast(json, json.Length, throwOnEndOfStream: false);
        if (got < json.Length)
        {
            throw new BitstreamException($"The file ends after {got} of the header's {jsonBytes} bytes; it is truncated.", 9, "header");
        }

        return Parse(json) with { ByteCount = EcdcMagic.ByteCount + 4 + json.Length };
    }

    private static EcdcV0Header Parse(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Damaged($"is a JSON {root.ValueKind}", "header");
            }

            string? model = root.TryGetProperty("m", out JsonElement m) && m.ValueKind == JsonValueKind.String ? m.GetString() : null;
            long length = Integer(root, "al", 0, MaxLengthSamples);
            long codebooks = Integer(root, "nc", 1, 65535);
            bool? lm = root.TryGetProperty("lm", out JsonElement l) && l.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? l.GetBoolean()
                : null;
            return new EcdcV0Header
            {
                Model = string.IsNullOrEmpty(model) ? throw Damaged("has no model name 'm'", "m") : model,
                LengthSamples = length,
                Codebooks = (int)codebooks,
                UsesLanguageModel = lm ?? throw Damaged("lacks 'lm', which is true or false", "lm"),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with an unpaired surrogate escape.
            throw new BitstreamException(
                $"The header is not the JSON of an .ecdc file ({Messages.OfJson(exception)}); the file is damaged.", 9, "header", exception);
        }
    }

    private static long Integer(JsonElement root, string key, long min, long max)
    {
        if (root.TryGetProperty(key, out JsonElement element) && element.ValueKind == JsonValueKind.Number
            && element.TryGetInt64(out long value) && value >= min && value <= max)
        {
            return value;
        }

        string found = element.ValueKind == JsonValueKind.Undefined ? "nothing" : element.GetRawText();
        throw Damaged($"has {found} in '{key}'; an integer from {min} to {max} is expected", key);
    }

    private static BitstreamException Damaged(string fault, string field) =>
        new($"The header {fault}. The file is damaged or not from an EnCodec writer.", 9, field);

    private string ToJson()
    {
        var text = new StringBuilder("{\"m\": \"");
        foreach (char c in Model)
        {
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case >= ' ' and < '\u007f':
                    text.Append(c);
                    break;
                default:
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"\", \"al\": {LengthSamples}, \"nc\": {Codebooks}, \"lm\": ");
        return text.Append(UsesLanguageModel ? "true}" : "false}").ToString();
    }
}
