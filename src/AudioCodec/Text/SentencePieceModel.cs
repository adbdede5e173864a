using System.Buffers.Binary;
using System.Text;

namespace AudioCodec.Text;

/// <summary>What a SentencePiece unigram model holds: pieces with scores, and how a text is normalized.</summary>
/// <remarks>The format is protobuf. Source: <c>sentencepiece_model.proto</c> of the sentencepiece library, whose defaults these are.</remarks>
internal sealed class SentencePieceModel
{
    private const int MaxPieces = 1 << 20;
    private const int MaxPieceBytes = 512;
    private const int MaxBytes = 8 << 20;
    private readonly List<Piece> _pieces = [];
    private readonly string _source;
    private int _bytes;

    /// <summary>A model without pieces.</summary>
    /// <param name="source">Path, for messages.</param>
    public SentencePieceModel(string source) => _source = source;

    /// <summary>Pieces; an id is an index.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Id of the piece that stands for what no piece covers.</summary>
    public int Unknown { get; private set; } = -1;

    /// <summary>Id of the end token.</summary>
    public int End { get; private set; } = -1;

    /// <summary>Text of the end token.</summary>
    public string EndText { get; init; } = "</s>";

    /// <summary>Table of replacements as sentencepiece compiles it; empty for none.</summary>
    public byte[] CharacterMap { get; set; } = [];

    /// <summary>A text begins with a space.</summary>
    public bool SpaceBeforeText { get; private set; } = true;

    /// <summary>Runs of spaces are one, and none is at the ends of a text.</summary>
    public bool OneSpace { get; private set; } = true;

    /// <summary>A space is U+2581 in the pieces.</summary>
    public bool SpaceIsSymbol { get; private set; } = true;

    /// <summary>Reads a file.</summary>
    /// <exception cref="CheckpointException">The bytes are damaged or those of another kind of model.</exception>
    public static SentencePieceModel Parse(ReadOnlySpan<byte> bytes, string source)
    {
        string endText = "</s>";
        for (var file = new ProtobufReader(bytes, source); file.Read();)
        {
            if (file.Field == 2)
            {
                for (var trainer = new ProtobufReader(file.Bytes, source); trainer.Read();)
                {
                    endText = trainer.Field == 47 ? Encoding.UTF8.GetString(trainer.Bytes) : endText;
                    Require(trainer.Field != 3 || trainer.Value == 1, "it is of another kind than unigram", source);
                    Require(trainer.Field != 24 || trainer.Value == 0, "its spaces are part of the word before them", source);
                    Require(trainer.Field != 35 || trainer.Value == 0, "it falls back to bytes", source);
                }
            }
        }

        var model = new SentencePieceModel(source) { EndText = endText };
        for (var file = new ProtobufReader(bytes, source); file.Read();)
        {
            if (file.Field == 1)
            {
                model.ReadPiece(new ProtobufReader(file.Bytes, source));
            }
            else if (file.Field == 3)
            {
                model.ReadNormalization(new ProtobufReader(file.Bytes, source));
            }
        }

        model.Finish();
        return model;
    }

    /// <summary>Adds the next piece.</summary>
    /// <exception cref="CheckpointException">It is not one that a model can have.</exception>
    public void AddPiece(Piece piece)
    {
        _bytes += piece.Text.Length;
        Require(piece.Text.Length is > 0 and <= MaxPieceBytes, $"piece {_pieces.Count} has {piece.Text.Length} bytes; 1 to {MaxPieceBytes} are expected", _source);
        Require(_pieces.Count < MaxPieces && _bytes <= MaxBytes, $"it has more than {MaxPieces} pieces or {MaxBytes} bytes in them", _source);
        Require(float.IsFinite(piece.Score), $"the score of piece {_pieces.Count} is not finite", _source);
        if (piece.Kind == PieceKind.Unknown)
        {
            Require(Unknown < 0, "it has two unknown pieces", _source);
            Unknown = _pieces.Count;
        }
        else if (piece.Kind == PieceKind.Control && piece.Text.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(EndText)))
        {
            End = _pieces.Count;
        }

        _pieces.Add(piece);
    }

    /// <summary>Checks that the pieces that every model needs are there.</summary>
    /// <exception cref="CheckpointException">They are not.</exception>
    public void Finish()
    {
        Require(_pieces.Count > 0, "it has 0 pieces", _source);
        Require(Unknown >= 0, "it has no unknown piece", _source);
        Require(End >= 0, $"it has no piece {EndText}", _source);
    }

    /// <summary>Throws where something does not hold.</summary>
    internal static void Require(bool holds, string what, string source)
    {
        if (!holds)
        {
            throw new CheckpointException($"{source}: not a SentencePiece model that can be used: {Messages.Quote(what)}.", source);
        }
    }

    private void ReadPiece(ProtobufReader piece)
    {
        var read = new Piece([], 0, PieceKind.Normal);
        while (piece.Read())
        {
            read = piece.Field switch
            {
                1 => read with { Text = piece.Bytes.ToArray() },
                2 => read with { Score = BitConverter.UInt32BitsToSingle((uint)piece.Value) },
                3 => read with { Kind = (PieceKind)piece.Value },
                _ => read,
            };
        }

        AddPiece(read);
    }

    private void ReadNormalization(ProtobufReader settings)
    {
        while (settings.Read())
        {
            CharacterMap = settings.Field == 2 ? settings.Bytes.ToArray() : CharacterMap;
            SpaceBeforeText = settings.Field == 3 ? settings.Value != 0 : SpaceBeforeText;
            OneSpace = settings.Field == 4 ? settings.Value != 0 : OneSpace;
            SpaceIsSymbol = settings.Field == 5 ? settings.Value != 0 : SpaceIsSymbol;
        }
    }

    /// <summary>Goes over the fields of a protobuf message: a tag (number * 8 + kind) and a value each.</summary>
    private ref struct ProtobufReader(ReadOnlySpan<byte> message, string source)
    {
        private ReadOnlySpan<byte> _rest = message;

        /// <summary>Number of the field.</summary>
        public int Field { get; private set; }

        /// <summary>Value of a number; 0 for bytes.</summary>
        public ulong Value { get; private set; }

        /// <summary>Value of bytes, a text or a message; empty for a number.</summary>
        public ReadOnlySpan<byte> Bytes { get; private set; }

        /// <summary>Goes to the next field.</summary>
        /// <returns>Whether there is one.</returns>
        public bool Read()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            ulong tag = VarInt();
            Require(tag is >= 8 and <= int.MaxValue, $"a field has the tag {tag}", source);
            Field = (int)(tag >> 3);
            Value = 0;
            Bytes = default;
            switch (tag & 7)
            {
                case 0:
                    Value = VarInt();
                    break;
                case 1:
                    Value = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                    break;
                case 2:
                    Bytes = Take(VarInt());
                    break;
                case 5:
                    Value = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                    break;
                default:
                    Require(false, $"field {Field} is of kind {tag & 7}", source);
                    break;
            }

            return true;
        }

        private ulong VarInt()
        {
            ulong value = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                byte part = Take(1)[0];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }

            Require(false, "a number has more than ten bytes", source);
            return value;
        }

        private ReadOnlySpan<byte> Take(ulong count)
        {
            Require(count <= (ulong)_rest.Length, $"it ends within field {Field}", source);
            ReadOnlySpan<byte> taken = _rest[..(int)count];
            _rest = _rest[(int)count..];
            return taken;
        }
    }
}

/// <summary>A piece of a SentencePiece model.</summary>
/// <param name="Text">UTF-8.</param>
/// <param name="Score">Logarithm of its probability.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct Piece(byte[] Text, float Score, PieceKind Kind);

/// <summary>Kinds of pieces of a SentencePiece model, by their numbers in the format. Others are never found in a text.</summary>
internal enum PieceKind
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for what no piece covers.</summary>
    Unknown = 2,

    /// <summary>Never found in a text.</summary>
    Control = 3,

    /// <summary>Always found in a text, whatever its score, and never normalized.</summary>
    UserDefined = 4,
}
