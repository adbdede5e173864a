using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AudioCodec.Checkpoints;

namespace AudioCodec.Text;

/// <summary>Turns a text into the token ids that a T5 model was trained on: the pieces of a SentencePiece unigram model, then the end token.</summary>
/// <remarks>
/// Gives what the sentencepiece library gives. Control tokens written in a text, such as <c>&lt;/s&gt;</c>, are text; only
/// <c>&lt;extra_id_k&gt;</c> is a token. Safe to use from several threads. Source: arXiv 1808.06226; arXiv 1910.10683, section 3.1.4.
/// </remarks>
internal sealed partial class T5Tokenizer
{
    /// <summary>Longest text; a bound for memory and time, far above the tokens that an encoder takes.</summary>
    public const int MaxChars = 1 << 18;

    /// <summary>Tokens <c>&lt;extra_id_k&gt;</c> that T5 adds behind the pieces of its model.</summary>
    private const int MaxExtraTokens = 100;

    private const int MaxFileBytes = 32 << 20;

    private readonly SentencePieceNormalizer _normalizer;
    private readonly UnigramSearch _search;
    private readonly int _extraTokens;

    private T5Tokenizer(SentencePieceModel model, int vocabularySize, string source)
    {
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

    /// <summary>The ids of a text and of the end token.</summary>
    /// <param name="text">Any text of at most <see cref="MaxChars"/> characters. A half of a surrogate pair counts as U+FFFD.</param>
    /// <exception cref="TextTooLongException">The text is too long.</exception>
    /// <exception cref="CheckpointException">The tokenizer's file is damaged in a way that only shows now.</exception>
    public int[] Encode(string text)
    {
        if (text.Length > MaxChars)
        {
            throw new TextTooLongException($"The text has {text.Length} characters; at most {MaxChars} can be encoded.", text);
        }

        var ids = new List<int>();
        int done = 0;
        foreach (Match extra in ExtraToken().Matches(text))
        {
            int number = int.Parse(extra.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            if (number < _extraTokens)
            {
                AddPieces(text.AsSpan(done, extra.Index - done), ids);
                ids.Add(PieceCount + _extraTokens - 1 - number);
                done = extra.Index + extra.Length;
            }
        }

        AddPieces(text.AsSpan(done), ids);
        ids.Add(EndToken);
        return [.. ids];
    }

    private void AddPieces(ReadOnlySpan<char> text, List<int> ids)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        _search.Encode(_normalizer.Normalize(bytes), ids);
    }

    [GeneratedRegex("<extra_id_(0|[1-9][0-9]?)>", RegexOptions.CultureInvariant)]
    private static partial Regex ExtraToken();
}
