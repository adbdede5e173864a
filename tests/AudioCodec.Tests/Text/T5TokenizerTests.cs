using System.Buffers;
using System.Text;
using System.Text.Json;
using AudioCodec.TestSupport;
using AudioCodec.Text;
using Microsoft.ML.Tokenizers;

namespace AudioCodec.Tests.Text;

public sealed class T5TokenizerTests
{
    private const int CaptionPieces = 247;
    private static readonly byte[] s_model = File.ReadAllBytes(Fixtures.Path("golden/captions_unigram.model"));
    private static readonly T5Tokenizer s_captions = T5Tokenizer.Create(s_model, CaptionPieces, "captions");

    [Fact]
    public void Encode_Vectors_GivesSentencepiecesIdsAndTheEndToken()
    {
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden/captions_unigram.vectors.json")));
        Assert.Equal(22, vectors.RootElement.GetArrayLength());
        Assert.All(vectors.RootElement.EnumerateArray(), vector =>
            Assert.Equal([.. vector.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), 1], s_captions.Encode(vector.GetProperty("text").GetString()!)));
    }

    /// <summary>Ids by the sentencepiece library, 0.1.97.</summary>
    [Theory]
    [InlineData("", new int[0])]
    [InlineData("  \t\n ", new int[0])]
    [InlineData("\u0001\u0008\u001f\u007f\u008f\u009f", new int[0])]
    [InlineData("a\u0001b", new[] { 4, 95 })]
    [InlineData("日本", new[] { 5, 2 })]
    [InlineData("日 本", new[] { 5, 2, 5, 2 })]
    [InlineData("</s>", new[] { 5, 2, 8, 2 })]
    public void Encode_EmptyDeletedOrUnknownCharacters_GivesSentencepiecesIds(string text, int[] expected) =>
        Assert.Equal([.. expected, s_captions.EndToken], s_captions.Encode(text));

    /// <summary>The small generator's model, which lower-cases; ids by the sentencepiece library, 0.1.97.</summary>
    [Theory]
    [InlineData("a dog barks", new[] { 5, 72, 448 })]
    [InlineData("A Dog BARKS!", new[] { 5, 72, 448, 779 })]
    [InlineData("someone uses a chainsaw", new[] { 720, 715, 5, 69 })]
    [InlineData("12 Zebras, über-quick", new[] { 126, 527, 237, 126, 784, 701, 797, 753, 750, 7, 126, 756, 470, 754, 797, 71, 783, 793, 798, 794, 787 })]
    [InlineData("ＡＢＣ ﬁre", new[] { 367, 794, 47 })]
    [InlineData("İstanbul straße", new[] { 126, 2, 750, 752, 753, 751, 470, 793, 796, 126, 750, 752, 797, 753, 763, 754 })]
    [InlineData("Rain\tand\nwind", new[] { 50, 12, 79 })]
    public void Encode_ModelOfCaptions_GivesSentencepiecesIds(string text, int[] expected)
    {
        var tokenizer = T5Tokenizer.Load(Path.Combine(Fixtures.RepositoryRoot, "configs", "tokenizers", "captions.spiece.model"), 800);
        Assert.Equal([.. expected, 1], tokenizer.Encode(text));
    }

    /// <summary>Random texts; those of the first model are such that their most probable pieces depend on how sums are rounded.</summary>
    [Theory]
    [InlineData("captions_unigram", "tests/Fixtures/golden/captions_unigram.model", 247)]
    [InlineData("captions.spiece", "configs/tokenizers/captions.spiece.model", 800)]
    public void Encode_RandomTexts_GivesSentencepiecesIds(string name, string model, int pieces)
    {
        T5Tokenizer tokenizer = T5Tokenizer.Load(Path.Combine(Fixtures.RepositoryRoot, model), pieces);
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden/unigram_near_ties.json")));
        JsonElement texts = vectors.RootElement.GetProperty(name);
        Assert.InRange(texts.GetArrayLength(), 10, 100);
        Assert.All(texts.EnumerateArray(), vector =>
            Assert.Equal([.. vector.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), 1], tokenizer.Encode(vector.GetProperty("text").GetString()!)));
    }

    /// <summary>Ids, pieces and decoded texts by the sentencepiece library, 0.1.97.</summary>
    [Theory]
    [InlineData("a dog barks", "\u2581a|\u2581do|g|\u2581b|ar|k|s|</s>", "a dog barks")]
    [InlineData("  rain  ", "\u2581r|ain|</s>", "rain")]
    [InlineData("日本 dog", "\u2581|日本|\u2581do|g|</s>", " \u2047  dog")]
    [InlineData("", "</s>", "")]
    public void Tokenizer_OfMicrosoftMLTokenizers_GivesSentencepiecesPiecesAndTexts(string text, string pieces, string decoded)
    {
        Tokenizer tokenizer = s_captions;
        IReadOnlyList<EncodedToken> tokens = tokenizer.EncodeToTokens(text, out string? normalized);
        Assert.Equal(pieces.Split('|'), tokens.Select(token => token.Value));
        Assert.All(tokens.SkipLast(1), token => Assert.Equal(token.Value, normalized![token.Offset]));
        Assert.Equal(s_captions.Encode(text), tokenizer.EncodeToIds(text));
        Assert.Equal(tokens.Count, tokenizer.CountTokens(text));
        Assert.Equal(decoded, tokenizer.Decode(tokenizer.EncodeToIds(text)));
    }

    [Fact]
    public void Tokenizer_TokensAsked_AreNoMore()
    {
        Tokenizer tokenizer = T5Tokenizer.Create(s_model, CaptionPieces + 100, "captions");
        Assert.Equal(tokenizer.EncodeToIds("a dog barks").Take(3), tokenizer.EncodeToIds("a dog barks", 3, out _, out int consumed));
        Assert.Equal("\u2581a\u2581dog".Length, consumed);
        Assert.Equal("a dog<extra_id_7> rain", tokenizer.Decode(tokenizer.EncodeToIds("a dog <extra_id_7> rain")));

        var room = new char[3];
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.Decode(tokenizer.EncodeToIds("a dog"), room, out int ids, out int chars));
        Assert.Equal((1, 1), (ids, chars));
        Assert.Equal(OperationStatus.InvalidData, tokenizer.Decode([-1], room, out _, out _));
        Assert.Equal(OperationStatus.InvalidData, tokenizer.Decode([CaptionPieces + 100], room, out _, out _));
    }

    [Fact]
    public void Encode_HalfASurrogatePair_CountsAsTheReplacementCharacter()
    {
        foreach (string half in new[] { "\ud800", "\udc00", "\ud83d\ud83d" })
        {
            Assert.Equal(s_captions.Encode($"a dog {string.Concat(half.Select(_ => '\ufffd'))} barks"), s_captions.Encode($"a dog {half} barks"));
        }
    }

    [Fact]
    public void Encode_ExtraTokens_CountDownFromTheEndOfTheVocabulary()
    {
        T5Tokenizer more = T5Tokenizer.Create(s_model, 400, "captions");
        int[] dog = s_captions.Encode("a dog")[..^1];
        int[] rain = s_captions.Encode("rain")[..^1];
        Assert.Equal([.. dog, CaptionPieces + 99, .. rain, CaptionPieces, 1], more.Encode("a dog <extra_id_0> rain<extra_id_99>"));
        Assert.Equal(more.Encode("<extra_id_1> a dog"), more.Encode("<extra_id_1>a dog"));

        // A number that is not written as T5 writes it is text.
        Assert.All(more.Encode("<extra_id_100> <extra_id_01> <extra_id_>"), id => Assert.InRange(id, 0, CaptionPieces - 1));

        // Nothing is above the ids that the encoder has.
        T5Tokenizer few = T5Tokenizer.Create(s_model, CaptionPieces + 2, "captions");
        Assert.Equal(CaptionPieces, few.Encode("<extra_id_1>")[0]);
        Assert.All(few.Encode("<extra_id_2>"), id => Assert.InRange(id, 0, CaptionPieces - 1));
    }

    [Fact]
    public void Encode_LongText_GivesTheIdsOfItsPartsInAShortTime()
    {
        string sentence = "a dog barks while rain falls ";
        int[] one = s_captions.Encode(sentence)[..^1];
        string text = string.Concat(Enumerable.Repeat(sentence, 100_000 / sentence.Length));
        int[] all = s_captions.Encode(text);
        Assert.Equal([.. Enumerable.Repeat(one, 100_000 / sentence.Length).SelectMany(ids => ids), 1], all);
        Assert.NotEmpty(s_captions.Encode(new string('a', T5Tokenizer.MaxChars)));
        var error = Assert.Throws<TextTooLongException>(() => s_captions.Encode(new string('a', T5Tokenizer.MaxChars + 1)));
        Assert.Contains("262145 characters; at most 262144", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TokenizerJson_GivesTheIdsOfTheModel()
    {
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden/captions_unigram.vectors.json")));
        byte[] json = TokenizerJson.Of(s_model, extraTokens: 100);
        T5Tokenizer fromJson = T5Tokenizer.Create(json, CaptionPieces + 100, "tokenizer.json");
        T5Tokenizer fromModel = T5Tokenizer.Create(s_model, CaptionPieces + 100, "spiece.model");
        Assert.Equal(fromModel.PieceCount, fromJson.PieceCount);
        Assert.All(vectors.RootElement.EnumerateArray(), vector =>
        {
            string text = vector.GetProperty("text").GetString()!;
            Assert.Equal(fromModel.Encode(text), fromJson.Encode(text));
        });
        Assert.Equal([CaptionPieces + 99, 1], fromJson.Encode("<extra_id_0>"));
    }

    [Theory]
    [InlineData("{}", "not present")]
    [InlineData("{", "tokenizer.json")]
    [InlineData("""{"model": {"type": "BPE"}}""", "'BPE'")]
    [InlineData("""{"model": {"type": 1}}""", "tokenizer.json")]
    [InlineData("""{"model": {"type": "Unigram", "byte_fallback": true}}""", "bytes")]
    [InlineData("""{"model": {"type": "Unigram"}, "pre_tokenizer": {"type": "ByteLevel"}}""", "'ByteLevel'")]
    [InlineData("""{"model": {"type": "Unigram"}, "pre_tokenizer": {"type": "Metaspace", "prepend_scheme": "never"}}""", "space")]
    [InlineData("""{"model": {"type": "Unigram"}, "pre_tokenizer": {"type": "Metaspace"}, "normalizer": {"type": "Lowercase"}}""", "'Lowercase'")]
    [InlineData("""{"model": {"type": "Unigram"}, "pre_tokenizer": {"type": "Metaspace"}, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "%"}}""", "tokenizer.json")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [], "unk_id": 0}, "pre_tokenizer": {"type": "Metaspace"}, "normalizer": null, "added_tokens": []}""", "0 pieces")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", 0]], "unk_id": 0}, "pre_tokenizer": {"type": "Metaspace"}, "normalizer": null, "added_tokens": []}""", "</s>")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["</s>", 0]], "unk_id": 7}, "pre_tokenizer": {"type": "Metaspace"}, "normalizer": null, "added_tokens": []}""", "unknown")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["</s>"]], "unk_id": 0}, "pre_tokenizer": {"type": "Metaspace"}, "normalizer": null, "added_tokens": []}""", "tokenizer.json")]
    public void Create_WrongTokenizerJson_SaysWhatIsWrong(string json, string expected)
    {
        var error = Assert.Throws<CheckpointException>(() => T5Tokenizer.Create(Encoding.UTF8.GetBytes(json), 300, "tokenizer.json"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WrongModel_Throws()
    {
        foreach (byte[] bytes in new[] { [], [1, 2, 3], new byte[1000], "<html></html>"u8.ToArray(), s_model[..1001], s_model[..^1] })
        {
            Assert.Throws<CheckpointException>(() => T5Tokenizer.Create(bytes, CaptionPieces, "spiece.model"));
        }

        var error = Assert.Throws<CheckpointException>(() => T5Tokenizer.Create(s_model, CaptionPieces - 1, "spiece.model"));
        Assert.Contains("247 pieces, but the model that it is used for knows 246", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileThatIsTooLarge_IsNotRead()
    {
        using var folder = new TemporaryFolder();
        using (FileStream large = File.Create(folder["spiece.model"]))
        {
            large.SetLength(1L << 33);
        }

        var error = Assert.Throws<CheckpointException>(() => T5Tokenizer.Load(folder["spiece.model"], 300));
        Assert.Contains("at most", error.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => T5Tokenizer.Load(folder["nothing"], 300));
    }

    /// <summary>Whatever the bytes: a tokenizer whose ids are in the vocabulary, or the one error.</summary>
    [Fact]
    public void CreateAndEncode_DamagedModels_GiveIdsOrTheTypedError()
    {
        var random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = [.. s_model];
            for (int change = 0; change <= random.Next(8); change++)
            {
                // The pieces are at the front, the trainer's settings and the tables of the normalization behind them.
                int at = random.Next(2) == 0 ? random.Next(6000) : random.Next(damaged.Length);
                damaged[at] = (byte)random.Next(256);
            }

            try
            {
                int[] ids = T5Tokenizer.Create(damaged, 1000, "damaged").Encode("A dog’s bark, ½ ① 日本 <extra_id_0> café\u0001");
                Assert.All(ids, id => Assert.InRange(id, 0, 999));
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 10, 299);
    }

    /// <summary>
    /// The tokenizer of the published T5 models, on texts whose ids are known: <c>t5.spiece.model</c> and <c>t5_base_vectors.json</c>, a list of
    /// {"input", "encoded": {"input_ids"}}, in the folder that AUDIOCODEC_T5_VECTORS names.
    /// </summary>
    [Fact]
    public void Encode_RealTokenizer_GivesItsIds()
    {
        string? folder = Environment.GetEnvironmentVariable("AUDIOCODEC_T5_VECTORS");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "AUDIOCODEC_T5_VECTORS names no folder with t5.spiece.model and t5_base_vectors.json");
        T5Tokenizer tokenizer = T5Tokenizer.Load(Path.Combine(folder, "t5.spiece.model"), 32128);
        Assert.Equal(32000, tokenizer.PieceCount);
        Assert.Equal([32099, 32000, 1], tokenizer.Encode("<extra_id_0><extra_id_99>"));
        T5Tokenizer fromJson = T5Tokenizer.Create(TokenizerJson.Of(File.ReadAllBytes(Path.Combine(folder, "t5.spiece.model")), 100), 32128, "tokenizer.json");
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "t5_base_vectors.json")));
        Assert.NotEqual(0, vectors.RootElement.GetArrayLength());
        Assert.All(vectors.RootElement.EnumerateArray(), vector =>
        {
            string text = vector.GetProperty("input").GetString()!;
            int[] expected = [.. vector.GetProperty("encoded").GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.Equal(expected, tokenizer.Encode(text));
            Assert.Equal(expected, fromJson.Encode(text));
        });
    }
}
