using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AudioCodec.Text;

/// <summary>Writes a SentencePiece unigram model.</summary>
/// <remarks>The format is protobuf: fields, each a tag (number * 8 + kind) and a value. Source: <c>sentencepiece_model.proto</c> of the sentencepiece library.</remarks>
internal sealed class SentencePieceModel
{
    private const int Number = 0;
    private const int Bytes = 2;
    private const int Float = 5;
    private readonly ArrayBufferWriter<byte> _model = new();

    /// <summary>Adds the next piece.</summary>
    /// <param name="text">Its text, with U+2581 for a space.</param>
    /// <param name="score">Logarithm of its probability.</param>
    /// <param name="kind">What it is.</param>
    public void AddPiece(string text, float score, PieceKind kind)
    {
        var piece = new ArrayBufferWriter<byte>();
        Write(piece, 1, Encoding.UTF8.GetBytes(text));
        Tag(piece, 2, Float);
        BinaryPrimitives.WriteSingleLittleEndian(piece.GetSpan(sizeof(float)), score);
        piece.Advance(sizeof(float));
        Write(piece, 3, (int)kind);
        Write(_model, 1, piece.WrittenSpan);
    }

    /// <summary>The model's bytes.</summary>
    /// <param name="unknown">Id of the unknown piece.</param>
    /// <param name="end">Id of the end token.</param>
    /// <param name="pad">Id of the padding token, or -1 for none.</param>
    /// <param name="characterMap">Table of the normalization, as sentencepiece compiles it; empty for none.</param>
    public byte[] Finish(int unknown, int end, int pad, ReadOnlySpan<byte> characterMap)
    {
        var trainer = new ArrayBufferWriter<byte>();
        Write(trainer, 3, 1); // unigram
        Write(trainer, 40, unknown);
        Write(trainer, 41, -1); // beginning: none
        Write(trainer, 42, end);
        Write(trainer, 43, pad);
        Write(_model, 2, trainer.WrittenSpan);
        var normalizer = new ArrayBufferWriter<byte>();
        Write(normalizer, 2, characterMap);
        Write(normalizer, 3, 1); // a space before the text
        Write(normalizer, 4, 1); // runs of spaces are one
        Write(normalizer, 5, 1); // a space is U+2581
        Write(_model, 3, normalizer.WrittenSpan);
        return _model.WrittenSpan.ToArray();
    }

    private static void Write(ArrayBufferWriter<byte> message, int field, int value)
    {
        Tag(message, field, Number);
        VarInt(message, (ulong)value); // a negative number has all ten bytes
    }

    private static void Write(ArrayBufferWriter<byte> message, int field, ReadOnlySpan<byte> bytes)
    {
        Tag(message, field, Bytes);
        VarInt(message, (ulong)bytes.Length);
        message.Write(bytes);
    }

    private static void Tag(ArrayBufferWriter<byte> message, int field, int kind) => VarInt(message, (ulong)((field << 3) | kind));

    private static void VarInt(ArrayBufferWriter<byte> message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            message.Write([(byte)(value | 0x80)]);
        }

        message.Write([(byte)value]);
    }
}

/// <summary>Kinds of pieces of a SentencePiece model, by their numbers in the format.</summary>
internal enum PieceKind
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for what no piece covers.</summary>
    Unknown = 2,

    /// <summary>Never found in a text.</summary>
    Control = 3,

    /// <summary>Always found in a text, whatever its score.</summary>
    UserDefined = 4,
}
