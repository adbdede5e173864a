using AudioCodec.Generation.Transformer;

namespace AudioCodec.Training.Configuration;

/// <summary>The <c>model</c> section of a generator's recipe: name and shape.</summary>
public sealed class GeneratorModelSettings
{
    /// <summary>Name of the model.</summary>
    public string Name { get; set; } = "generator";

    /// <summary>Codebooks of the codec that it makes, the first ones.</summary>
    public int Codebooks { get; set; } = 4;

    /// <summary>Width of the stream.</summary>
    public int Dimension { get; set; } = 256;

    /// <summary>Attention heads.</summary>
    public int Heads { get; set; } = 8;

    /// <summary>Layers.</summary>
    public int Layers { get; set; } = 6;

    /// <summary>Width of the feed-forward networks.</summary>
    public int FeedForward { get; set; } = 1024;

    /// <summary>Probability that a value of a residual branch is dropped in training.</summary>
    public double Dropout { get; set; } = 0.1;

    /// <summary>The shape for a codec and a text encoder.</summary>
    /// <param name="codebookSize">Entries of the codec's codebooks.</param>
    /// <param name="textWidth">Width of the text's states.</param>
    internal TokenModelConfig ToConfig(int codebookSize, int textWidth) => new()
    {
        Dimension = Dimension,
        Heads = Heads,
        Layers = Layers,
        FeedForward = FeedForward,
        Codebooks = Codebooks,
        CodebookSize = codebookSize,
        TextWidth = textWidth,
    };

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(Name.Length > 0, "model.name", "is empty");
        Setting.Require(Codebooks is >= 1 and <= 64, "model.codebooks", $"is {Codebooks}; allowed is 1 to 64");
        Setting.Require(Heads >= 1 && Dimension >= 2 && Dimension % (2 * Heads) == 0, "model.dimension", $"is {Dimension}; it must be a multiple of twice the heads ({Heads})");
        Setting.Require(Layers is >= 1 and <= 256, "model.layers", $"is {Layers}; allowed is 1 to 256");
        Setting.Require(FeedForward >= 1, "model.feed_forward", $"is {FeedForward}; it must be above 0");
        Setting.Require(Dropout is >= 0 and < 1, "model.dropout", "must be from 0 to below 1");
    }
}
