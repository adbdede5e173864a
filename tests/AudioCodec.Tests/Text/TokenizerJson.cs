using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace AudioCodec.Tests.Text;

/// <summary>Writes a SentencePiece model in the form of Hugging Face's <c>tokenizer.json</c>, as transformers' converter of T5 does.</summary>
internal static class TokenizerJson
{
    public static byte[] Of(byte[] model, int extraTokens)
    {
        var vocabulary = new JsonArray();
        var added = new JsonArray();
        string charsmap = "";
        foreach ((int field, byte[] message) in Fields(model))
        {
            if (field == 1)
            {
                Dictionary<int, byte[]> piece = Fields(message).ToDictionary(part => part.Field, part => part.Value);
                string text = Encoding.UTF8.GetString(piece[1]);
                if (piece.TryGetValue(3, out byte[]? kind) && kind[0] is 2 or 3)
                {
                    added.Add(new JsonObject { ["id"] = vocabulary.Count, ["content"] = text, ["special"] = true });
                }

                vocabulary.Add(new JsonArray(text, BinaryPrimitives.ReadSingleLittleEndian(piece[2])));
            }
            else if (field == 3)
            {
                charsmap = Convert.ToBase64String(Fields(message).Single(part => part.Field == 2).Value);
            }
        }

        for (int token = extraTokens - 1; token >= 0; token--)
        {
            added.Add(new JsonObject { ["id"] = vocabulary.Count, ["content"] = $"<extra_id_{token}>", ["special"] = true });
            vocabulary.Add(new JsonArray($"<extra_id_{token}>", 0f));
        }

        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["normalizer"] = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = charsmap },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject { ["type"] = "WhitespaceSplit" },
                    new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["add_prefix_space"] = true }),
            },
            ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = 2, ["vocab"] = vocabulary },
        }.ToJsonString());
    }

    /// <summary>Numbers and values of a protobuf message's fields; a number is the bytes of its variable-length form.</summary>
    private static IEnumerable<(int Field, byte[] Value)> Fields(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            int tag = VarInt(message, ref at);
            int start = at;
            int length = (tag & 7) switch
            {
                0 => VarIntLength(message, at),
                1 => 8,
                2 => VarInt(message, ref start),
                5 => 4,
                _ => throw new InvalidDataException($"kind {tag & 7} of a field"),
            };
            yield return (tag >> 3, message[start..(start + length)]);
            at = start + length;
        }
    }

    private static int VarIntLength(byte[] message, int at)
    {
        int end = at;
        while (message[end++] >= 0x80)
        {
        }

        return end - at;
    }

    private static int VarInt(byte[] message, ref int at)
    {
        int value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            value |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
