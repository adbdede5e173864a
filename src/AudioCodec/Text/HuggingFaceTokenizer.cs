using System.Text;
using System.Text.Json;

namespace AudioCodec.Text;

/// <summary>Reads the <c>tokenizer.json</c> of a T5 model as a SentencePiece model: both hold the same pieces and tables.</summary>
/// <remarks>Source: the serialized form of Hugging Face's tokenizers library, and <c>T5Converter</c> in transformers, which makes it from a SentencePiece model.</remarks>
internal static class HuggingFaceTokenizer
{
    /// <summary>Converts a file.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">Path, for messages.</param>
    /// <returns>The model, without the tokens <c>&lt;extra_id_k&gt;</c>, which are not part of it.</returns>
    /// <exception cref="CheckpointException">The file is damaged or of another kind of tokenizer.</exception>
    public static SentencePieceModel Read(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return Convert(document.RootElement, source);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            // Each is what the reader throws for one way in which a value is not there or of another type.
            throw new CheckpointException($"{source}: not a tokenizer.json that can be read: {Messages.OfJson(e)}", source, null, e);
        }
    }

    private static SentencePieceModel Convert(JsonElement root, string source)
    {
        JsonElement model = root.GetProperty("model");
        string? type = model.GetProperty("type").GetString();
        Require(type == "Unigram", $"its model is of type '{type}'; Unigram is expected", source);
        Require(!model.TryGetProperty("byte_fallback", out JsonElement fallback) || !fallback.GetBoolean(), "it falls back to bytes, which T5 does not", source);
        CheckSpaces(root.GetProperty("pre_tokenizer"), source);
        byte[] characterMap = [];
        ReadNormalizer(root.GetProperty("normalizer"), ref characterMap, source);

        HashSet<int> control = [.. root.GetProperty("added_tokens").EnumerateArray().Select(token => token.GetProperty("id").GetInt32())];
        JsonElement[] entries = [.. model.GetProperty("vocab").EnumerateArray()];
        int count = entries.Length;
        while (count > 0 && entries[count - 1][0].GetString()!.StartsWith("<extra_id_", StringComparison.Ordinal) && control.Contains(count - 1)) // text, or GetString throws
        {
            count--;
        }

        int unknown = model.GetProperty("unk_id").GetInt32();
        var pieces = new SentencePieceModel(source) { CharacterMap = characterMap };
        for (int id = 0; id < count; id++)
        {
            PieceKind kind = id == unknown ? PieceKind.Unknown : control.Contains(id) ? PieceKind.Control : PieceKind.Normal;
            pieces.AddPiece(new Piece(Encoding.UTF8.GetBytes(entries[id][0].GetString() ?? ""), entries[id][1].GetSingle(), kind));
        }

        pieces.Finish();
        return pieces;
    }

    /// <summary>Spaces must be what they are in SentencePiece: part of the piece behind them, the text's first word included.</summary>
    private static void CheckSpaces(JsonElement step, string source)
    {
        string? type = step.GetProperty("type").GetString();
        if (type == "Sequence")
        {
            foreach (JsonElement part in step.GetProperty("pretokenizers").EnumerateArray())
            {
                CheckSpaces(part, source);
            }

            return;
        }

        Require(type is "WhitespaceSplit" or "Metaspace", $"it splits texts by '{type}'; WhitespaceSplit and Metaspace are expected", source);
        bool plain = type == "Metaspace"
            && ((step.TryGetProperty("add_prefix_space", out JsonElement prefix) && !prefix.GetBoolean())
                || (step.TryGetProperty("prepend_scheme", out JsonElement scheme) && scheme.GetString() == "never"));
        Require(!plain, "it puts no space before a text, which T5 does", source);
    }

    private static void ReadNormalizer(JsonElement step, ref byte[] characterMap, string source)
    {
        if (step.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        string? type = step.GetProperty("type").GetString();
        switch (type)
        {
            case "Precompiled":
                characterMap = step.GetProperty("precompiled_charsmap").GetBytesFromBase64();
                break;
            case "Sequence":
                foreach (JsonElement part in step.GetProperty("normalizers").EnumerateArray())
                {
                    ReadNormalizer(part, ref characterMap, source);
                }

                break;
            case "Strip" or "Replace":
                break; // How newer files write that runs of spaces are one.
            default:
                throw Fault($"it normalizes by '{type}'; Precompiled is expected", source);
        }
    }

    private static void Require(bool holds, string what, string source)
    {
        if (!holds)
        {
            throw Fault(what, source);
        }
    }

    private static CheckpointException Fault(string what, string source) => new($"{source}: not the tokenizer of a T5 model: {Messages.Quote(what)}.", source);
}
