using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AudioCodec.Checkpoints;
using Microsoft.ML.Tokenizers;

namespace AudioCodec.Text;

/// <summary>Turns a text into the token ids that a T5 model was trained on: the pieces of a SentencePiece unigram model, then the end token.</summary>
/// <remarks>
/// Gives what the sentencepiece library gives, but for texts with two segmentations whose probabilities differ by less than the rounding of a float, such as a
/// long run of one character ("!!!!!!"): there it may take the other one. Control tokens written in a text, such as <c>&lt;/s&gt;</c>, are text; only
/// <c>&lt;extra_id_k&gt;</c> is a token. Safe to use from several threads. Source: arXiv 1808.06226; arXiv 1910.10683, section 3.1.4.
/// </remarks>
internal sealed partial class T5Tokenizer
{
    /// <summary>Longest text; a bound for memory and time, far above the tokens that an encoder takes.</summary>
    public const int MaxChars = 1 << 18;

    /// <summary>Tokens <c>&lt;extra_id_k&gt;</c> that T5 adds behind the pieces of its model.</summary>
    private const int MaxExtraTokens = 100;

    private const int MaxFileBytes = 32 << 20;

    /// <summary>
    /// T5's models state that they have no token for the beginning of a text (bos_id -1), which the tokenizer takes as an index. These bytes, appended to a model,
    /// set it to 0; a message of the protobuf format that is there twice is merged, and the last value of a number counts. They are
    /// field 2 of the model (0x12), the trainer's settings, of 3 bytes: their field 41, bos_id (0xC8 0x02), is 0. The token itself is never asked for.
    /// </summary>
    private static readonly byte[] s_beginningOfText = [0x12, 3, 0xC8, 2, 0];

    private readonly SentencePieceTokenizer _pieces;
    private readonly string _source;
    private readonly int _extraTokens;

    private T5Tokenizer(ReadOnlySpan<byte> model, int vocabularySize, string source)
    {
        _source = source;
        try
        {
            using var stream = new MemoryStream([.. model, .. s_beginningOfText]);
            _pieces = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
            PieceCount = _pieces.Vocabulary.Values.Max() + 1;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The reader of the model has an exception of its own for each kind of damage, and runs into the runtime's for others.
            throw new CheckpointException($"{source}: not a SentencePiece model that can be read: {Messages.Quote(e.Message)}", source, null, e);
        }

        if (PieceCount > vocabularySize)
        {
            throw new CheckpointException($"{source}: has {PieceCount} pieces, but the model that it is used for knows {vocabularySize}. It belongs to another model.", source);
        }

        _extraTokens = Math.Min(MaxExtraTokens, vocabularySize - PieceCount);
    }

    /// <summary>Pieces of the model; <c>&lt;extra_id_0&gt;</c> is the last id behind them.</summary>
    public int PieceCount { get; }

    /// <summary>Id of the end token.</summary>
    public int EndToken => _pieces.EndOfSentenceId;

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
        new(bytes.StartsWith("{"u8) ? HuggingFaceTokenizer.ToSentencePiece(bytes, source) : bytes, vocabularySize, source);

    /// <summary>The ids of a text and of the end token.</summary>
    /// <param name="text">Any text of at most <see cref="MaxChars"/> characters. A half of a surrogate pair counts as U+FFFD.</param>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    /// <exception cref="CheckpointException">The tokenizer's file is damaged in a way that only shows now.</exception>
    public int[] Encode(string text)
    {
        if (text.Length > MaxChars)
        {
            throw new ArgumentException($"The text has {text.Length} characters; at most {MaxChars} can be encoded.", nameof(text));
        }

        var ids = new List<int>();
        string clean = Clean(text);
        int done = 0;
        foreach (Match extra in ExtraToken().Matches(clean))
        {
            int number = int.Parse(extra.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            if (number < _extraTokens)
            {
                AddPieces(clean.AsSpan(done, extra.Index - done), ids);
                ids.Add(PieceCount + _extraTokens - 1 - number);
                done = extra.Index + extra.Length;
            }
        }

        AddPieces(clean.AsSpan(done), ids);
        ids.Add(EndToken);
        return [.. ids];
    }

    private void AddPieces(ReadOnlySpan<char> text, List<int> ids)
    {
        IReadOnlyList<int> pieces;
        try
        {
            pieces = _pieces.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new CheckpointException($"{_source}: its tables are damaged: {Messages.Quote(e.Message)}", _source, null, e);
        }

        // The tokenizer gives an unknown piece for each character, the reference one for a run of them.
        int previous = -1;
        foreach (int id in pieces)
        {
            if (id != previous || id != _pieces.UnknownId)
            {
                ids.Add(id);
            }

            previous = id;
        }
    }

    /// <summary>
    /// Without the control characters that the normalization of T5's models (nmt_nfkc) deletes: the tokenizer overlooks rules that replace by nothing.
    /// It turns the other ones into spaces.
    /// </summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is not ((>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F))
            {
                clean.Append(rune);
            }
        }

        return clean.ToString();
    }

    [GeneratedRegex("<extra_id_(0|[1-9][0-9]?)>", RegexOptions.CultureInvariant)]
    private static partial Regex ExtraToken();
}
