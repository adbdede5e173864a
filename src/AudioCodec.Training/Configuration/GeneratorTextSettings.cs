using AudioCodec.Text;

namespace AudioCodec.Training.Configuration;

/// <summary>The <c>text</c> section of a generator's recipe: its text encoder, a published T5 or a T5 encoder with gated feed-forward networks that is trained along.</summary>
public sealed class GeneratorTextSettings
{
    /// <summary>
    /// Folder of a published T5 (<c>config.json</c>, <c>model.safetensors</c>, <c>spiece.model</c> or <c>tokenizer.json</c>) or name of one in the catalogue, which
    /// is used as it is; empty trains an encoder of the shape below along.
    /// </summary>
    public string Pretrained { get; set; } = "";

    /// <summary>File of a SentencePiece unigram model of the captions' pieces; a relative path is looked for beside the recipe too.</summary>
    public string Tokenizer { get; set; } = "";

    /// <summary>Width of the text's states.</summary>
    public int Width { get; set; } = 128;

    /// <summary>Layers.</summary>
    public int Layers { get; set; } = 2;

    /// <summary>Attention heads.</summary>
    public int Heads { get; set; } = 4;

    /// <summary>Width of the feed-forward networks.</summary>
    public int FeedForward { get; set; } = 256;

    /// <summary>Most tokens of a caption; longer ones are cut.</summary>
    public int MostTokens { get; set; } = 64;

    /// <summary>Takes a tokenizer that is not where its path says from a recipe's folder, if it is there.</summary>
    /// <param name="recipeFolder">Folder of the recipe.</param>
    public void FindTokenizer(string recipeFolder)
    {
        string beside = Path.Combine(recipeFolder, Tokenizer);
        if (!File.Exists(Tokenizer) && File.Exists(beside))
        {
            Tokenizer = beside;
        }
    }

    /// <summary>The shape for a vocabulary.</summary>
    /// <param name="vocabularySize">Pieces of the tokenizer.</param>
    internal T5Config ToConfig(int vocabularySize) => new()
    {
        VocabularySize = vocabularySize,
        Dimension = Width,
        Heads = Heads,
        HeadWidth = Width / Heads,
        FeedForward = FeedForward,
        Gated = true,
        Layers = Layers,
    };

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(Heads >= 1 && Width >= 1 && Width % Heads == 0, "text.width", $"is {Width}; it must be a multiple of the heads ({Heads})");
        Setting.Require(Layers is >= 1 and <= 256, "text.layers", $"is {Layers}; allowed is 1 to 256");
        Setting.Require(FeedForward >= 1, "text.feed_forward", $"is {FeedForward}; it must be above 0");
        Setting.Require(MostTokens is >= 2 and <= 4096, "text.most_tokens", $"is {MostTokens}; allowed is 2 to 4096");
    }
}
