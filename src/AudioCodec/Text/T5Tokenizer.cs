using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AudioCodec.Checkpoints;
using Microsoft.ML.Tokenizers;

namespace AudioCodec.Text;

/// <summary>Turns a text into the token ids that a T5 model was trained on: the pieces of a SentencePiece unigram model, then the end token.</summary>
/// <remarks>
/// A tokenizer of Microsoft.ML.Tokenizers, for wherever one is taken, that gives what the sentencepiece library gives: that package's own sums scores in
/// another precision, refuses T5's models, and overlooks rules that replace by nothing. Control tokens written in a text, such as <c>&lt;/s&gt;</c>, are text; only
/// <c>&lt;extra_id_k&gt;</c> is a token. Safe to use from several threads. Source: arXiv 1808.06226; arXiv 1910.10683, section 3.1.4.
/// </remarks>
public sealed partial class T5Tokenizer : Tokenizer
{
    /// <summary>Longest text; a bound for memory and time, far above the tokens that an encoder takes.</summary>
    public const int MaxChars = 1 << 18;

    /// <summary>Tokens <c>&lt;extra_id_k&gt;</c> that T5 adds behind the pieces of its model.</summary>
    private const int MaxExtraTokens = 100;

    private const int MaxFileBytes = 32 << 20;

    private readonly SentencePieceModel _model;
    private readonly SentencePieceNormalizer _normalizer;
    private readonly UnigramSearch _search;
    private readonly int _extraTokens;

    private T5Tokenizer(SentencePieceModel model, int vocabularySize, string source)
    {
        _model = model;
        try
        {
            _normalizer = new SentencePieceNormalizer(model, source);
            _search = new UnigramSearch(model);
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"{source}: not a SentencePiece model that can be used: {e.Message}.", source, null, e);
        }

        (PieceCount, EndToken) = (model.Pieces.Count, model.End);
        if (PieceCount > vocabularySize)
        {
            throw new CheckpointException($"{source}: has {PieceCount} pieces, but the model that it is used for knows {vocabularySize}. It belongs to another model.", source);
        }

        _extraTokens = Math.Min(MaxExtraTokens, vocabularySize - PieceCount);
    }

    /// <summary>Pieces of the model; <c>&lt;extra_id_0&gt;</c> is the last id behind them.</summary>
    public int PieceCount { get; }

    /// <summary>Id of the end token.</summary>
    public int EndToken { get; }

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="path">A SentencePiece model (<c>spiece.model</c>) or a Hugging Face <c>tokenizer.json</c> of a T5 model; told by the content.</param>
    /// <param name="vocabularySize">Ids that the model knows, whose tokenizer it shall be.</param>
    /// <exception cref="CheckpointException">The file is missing, too large, damaged, of another kind, or has more pieces than <paramref name="vocabularySize"/>.</exception>
    public static T5Tokenizer Load(string path, int vocabularySize)
    {
        using ByteSource file = ByteSource.OpenFile(path);
        if (file.Length > MaxFileBytes)
        {
            throw new CheckpointException($"{path}: {file.Length} bytes; a tokenizer has at most {MaxFileBytes}.", path);
        }

        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return Create(bytes, vocabularySize, path);
    }

    /// <summary>As <see cref="Load"/>, from a file's bytes.</summary>
    public static T5Tokenizer Create(ReadOnlySpan<byte> bytes, int vocabularySize, string source) =>
        new(bytes.StartsWith("{"u8) ? HuggingFaceTokenizer.Read(bytes, source) : SentencePieceModel.Parse(bytes, source), vocabularySize, source);

    /// <summary>The ids of a text and of the end token; as <c>EncodeToIds</c>.</summary>
    /// <param name="text">Any text of at most <see cref="MaxChars"/> characters. A half of a surrogate pair counts as U+FFFD.</param>
    /// <exception cref="TextTooLongException">The text is too long.</exception>
    /// <exception cref="CheckpointException">The tokenizer's file is damaged in a way that only shows now.</exception>
    internal int[] Encode(string text) => [.. Pieces(text, normalize: true, normalized: null).Select(piece => piece.Id)];

    /// <inheritdoc/>
    /// <remarks>Offsets are those in the normalized text, where U+2581 stands for a space; the end token covers nothing. There is no pre-tokenization.</remarks>
    /// <exception cref="TextTooLongException">The text is longer than <see cref="MaxChars"/>.</exception>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var bytes = new ArrayBufferWriter<byte>();
        List<(int Id, int Bytes)> pieces = Pieces(text ?? textSpan.ToString(), settings.ConsiderNormalization, bytes);
        var tokens = new List<EncodedToken>();
        var normalized = new StringBuilder();
        int done = 0;
        foreach ((int id, int length) in pieces)
        {
            string value = Encoding.UTF8.GetString(bytes.WrittenSpan.Slice(done, length));
            if (tokens.Count < settings.MaxTokenCount)
            {
                tokens.Add(new EncodedToken(id, id == EndToken && length == 0 ? _model.EndText : value, new Range(normalized.Length, normalized.Length + value.Length)));
            }

            normalized.Append(value);
            done += length;
        }

        int consumed = tokens.Count == 0 ? 0 : tokens[^1].Offset.End.Value;
        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = normalized.ToString(), CharsConsumed = consumed };
    }

    /// <inheritdoc/>
    /// <remarks>As the sentencepiece library: no space before the first word, nothing for control tokens, and U+2047 between spaces for the unknown piece.</remarks>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        (idsConsumed, charsWritten) = (0, 0);
        foreach (int id in ids)
        {
            if (id < 0 || id >= PieceCount + _extraTokens)
            {
                return OperationStatus.InvalidData;
            }

            ReadOnlySpan<char> text = TextOf(id);
            if (charsWritten == 0 && _model.SpaceBeforeText && text.StartsWith(" ") && id != _model.Unknown)
            {
                text = text[1..];
            }

            if (!text.TryCopyTo(destination[charsWritten..]))
            {
                return OperationStatus.DestinationTooSmall;
            }

            charsWritten += text.Length;
            idsConsumed++;
        }

        return OperationStatus.Done;
    }

    private string TextOf(int id) =>
        id >= PieceCount ? $"<extra_id_{PieceCount + _extraTokens - 1 - id}>"
        : id == _model.Unknown ? " \u2047 "
        : _model.Pieces[id].Kind == PieceKind.Control ? string.Empty
        : Encoding.UTF8.GetString(_model.Pieces[id].Text).Replace('\u2581', ' ');

    /// <summary>The pieces of a text and the end token, with the bytes of the normalized text that each covers.</summary>
    private List<(int Id, int Bytes)> Pieces(string text, bool normalize, ArrayBufferWriter<byte>? normalized)
    {
        if (text.Length > MaxChars)
        {
            throw new TextTooLongException($"The text has {text.Length} characters; at most {MaxChars} can be encoded.", text);
        }

        var pieces = new List<(int Id, int Bytes)>();
        int done = 0;
        foreach (Match extra in ExtraToken().Matches(text))
        {
            int number = int.Parse(extra.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            if (number < _extraTokens)
            {
                AddPieces(text.AsSpan(done, extra.Index - done), normalize, pieces, normalized);
                pieces.Add((PieceCount + _extraTokens - 1 - number, extra.Length));
                normalized?.Write(Encoding.UTF8.GetBytes(extra.Value));
                done = extra.Index + extra.Length;
            }
        }

        AddPieces(text.AsSpan(done), normalize, pieces, normalized);
        pieces.Add((EndToken, 0));
        return pieces;
    }

    private void AddPieces(ReadOnlySpan<char> text, bool normalize, List<(int Id, int Bytes)> pieces, ArrayBufferWriter<byte>? normalized)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        ReadOnlySpan<byte> normal = normalize ? _normalizer.Normalize(bytes) : bytes;
        _search.Encode(normal, pieces);
        normalized?.Write(normal);
    }

    [GeneratedRegex("<extra_id_(0|[1-9][0-9]?)>", RegexOptions.CultureInvariant)]
    private static partial Regex ExtraToken();
}
