using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Transformer;

namespace AudioCodec.Training.Configuration;

/// <summary>A training recipe for a generator of audio from text.</summary>
public sealed class GeneratorTrainSettings : ITrainSettings
{
    /// <summary>Name and shape.</summary>
    public GeneratorModelSettings Model { get; set; } = new();

    /// <summary>Text encoder.</summary>
    public GeneratorTextSettings Text { get; set; } = new();

    /// <summary>Data.</summary>
    public GeneratorDataSettings Data { get; set; } = new();

    /// <summary>Optimizer and averaging.</summary>
    public OptimizerSettings Optimizer { get; set; } = new() { Betas = [0.9, 0.95], WeightDecay = 0.1, ClipNorm = 1 };

    /// <summary>Run.</summary>
    public GeneratorRunSettings Run { get; set; } = new();

    RunPace ITrainSettings.Run => Run;

    /// <summary>The shape of the transformer for a codec.</summary>
    /// <param name="codec">The codec whose codes it makes.</param>
    /// <param name="textWidth">Width of the text's states.</param>
    /// <exception cref="ConfigException">The codec has fewer codebooks.</exception>
    internal TokenModelConfig ToModelConfig(EncodecConfig codec, int textWidth)
    {
        Setting.Require(Model.Codebooks <= codec.Codebooks, "model.codebooks", $"is {Model.Codebooks}; {codec.Name} has {codec.Codebooks}");
        return Model.ToConfig(codec.CodebookSize, textWidth);
    }

    /// <inheritdoc/>
    public void Validate()
    {
        Model.Validate();
        Text.Validate();
        Data.Validate();
        Optimizer.Validate();
        Run.Validate();
    }
}
