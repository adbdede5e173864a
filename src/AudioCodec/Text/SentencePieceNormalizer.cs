using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace AudioCodec.Text;

/// <summary>Brings a text into the form that a SentencePiece model's pieces have: characters replaced by the model's table, spaces marked.</summary>
/// <remarks>Source: <c>normalizer.cc</c> of the sentencepiece library; the table is a double array (Aoe 1989) as darts-clone writes it.</remarks>
internal sealed class SentencePieceNormalizer
{
    /// <summary>A text gets no longer than this; the table of NFKC makes at most 33 bytes of a character.</summary>
    private const int MaxBytes = 16 << 20;

    private readonly SentencePieceModel _model;
    private readonly string _source;
    private readonly PieceTrie _userDefined;
    private readonly ReadOnlyMemory<byte> _units;
    private readonly ReadOnlyMemory<byte> _replacements;

    /// <summary>Takes a model's table and settings.</summary>
    /// <exception cref="CheckpointException">The table is shorter than it says.</exception>
    public SentencePieceNormalizer(SentencePieceModel model, string source)
    {
        (_model, _source) = (model, source);
        _userDefined = new PieceTrie(model.Pieces.Index().Where(piece => piece.Item.Kind == PieceKind.UserDefined).Select(piece => (piece.Item.Text, piece.Index)));
        byte[] map = model.CharacterMap;
        if (map.Length > 0)
        {
            uint length = map.Length > sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(map) : uint.MaxValue;
            Require(length <= map.Length - sizeof(uint));
            _units = map.AsMemory(sizeof(uint), (int)length);
            _replacements = map.AsMemory(sizeof(uint) + (int)length);
        }
    }

    private ReadOnlySpan<byte> Space => _model.SpaceIsSymbol ? "\u2581"u8 : " "u8;

    /// <summary>Normalizes a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <returns>UTF-8.</returns>
    /// <exception cref="CheckpointException">The table is damaged, or makes more than 16 MiB of the text.</exception>
    public ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> text)
    {
        while (_model.OneSpace && !text.IsEmpty && Replace(text, out int taken).SequenceEqual(" "u8))
        {
            text = text[taken..];
        }

        if (text.IsEmpty)
        {
            return [];
        }

        var normal = new List<byte>(text.Length + 8);
        if (_model.SpaceBeforeText)
        {
            normal.AddRange(Space);
        }

        bool afterSpace = _model.OneSpace;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> part = Replace(text, out int taken);
            text = text[taken..];
            part = afterSpace ? part.TrimStart((byte)' ') : part;
            foreach (byte value in part)
            {
                normal.AddRange(value == ' ' ? Space : [value]);
            }

            afterSpace = _model.OneSpace && (part.IsEmpty ? afterSpace : part[^1] == ' ');
            if (normal.Count > MaxBytes)
            {
                throw new CheckpointException($"{_source}: its table of replacements makes more than {MaxBytes} bytes of a text.", _source);
            }
        }

        ReadOnlySpan<byte> all = CollectionsMarshal.AsSpan(normal);
        while (_model.OneSpace && all.EndsWith(Space))
        {
            all = all[..^Space.Length];
        }

        return all;
    }

    /// <summary>What stands for the beginning of a text: a piece that the user defined, the replacement by the longest rule that applies, or one character.</summary>
    private ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> text, out int taken)
    {
        taken = _userDefined.LongestPrefix(text);
        if (taken > 0)
        {
            return text[..taken];
        }

        (taken, int replacement) = LongestRule(text);
        if (taken > 0)
        {
            ReadOnlySpan<byte> rest = _replacements.Span;
            Require(replacement < rest.Length);
            rest = rest[replacement..];
            int end = rest.IndexOf((byte)0);
            return end < 0 ? rest : rest[..end];
        }

        // A rule of a damaged table may have ended within a character.
        return Rune.DecodeFromUtf8(text, out _, out taken) == OperationStatus.Done ? text[..taken] : Malformed(out taken);
    }

    private static ReadOnlySpan<byte> Malformed(out int taken)
    {
        taken = 1;
        return "\uFFFD"u8;
    }

    /// <summary>Walks the double array: bits of a unit are its label (0 to 7, and 31 in a value), whether a rule ends there (8), and the way to its children (9 to 30).</summary>
    private (int Length, int Replacement) LongestRule(ReadOnlySpan<byte> text)
    {
        (int Length, int Replacement) longest = (0, 0);
        if (_units.IsEmpty)
        {
            return longest;
        }

        uint place = Offset(Unit(0));
        for (int at = 0; at < text.Length; at++)
        {
            place ^= text[at];
            uint unit = Unit(place);
            if ((unit & 0x800000FF) != text[at])
            {
                break;
            }

            place ^= Offset(unit);
            if ((unit & 0x100) != 0)
            {
                longest = (at + 1, (int)(Unit(place) & 0x7FFFFFFF));
            }
        }

        return longest;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);

    private uint Unit(uint place)
    {
        Require(place < _units.Length / sizeof(uint));
        return BinaryPrimitives.ReadUInt32LittleEndian(_units.Span[(int)(place * sizeof(uint))..]);
    }

    private void Require(bool holds)
    {
        if (!holds)
        {
            throw new CheckpointException($"{_source}: its table of replacements is damaged.", _source);
        }
    }
}
