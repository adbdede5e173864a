using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Training.Configuration;

/// <summary>A training recipe for a codec.</summary>
public sealed class CodecTrainSettings : ITrainSettings
{
    /// <summary>The codec, by the keys of its <c>config.json</c>.</summary>
    public EncodecConfig Model { get; set; } = null!; // Validate refuses a recipe without one

    /// <summary>Training of the codebooks.</summary>
    public QuantizerSettings Quantizer { get; set; } = new();

    /// <summary>Initial values.</summary>
    public InitializationSettings Initialization { get; set; } = new();

    /// <summary>Data.</summary>
    public DataSettings Data { get; set; } = new();

    /// <summary>Optimizer and averaging.</summary>
    public OptimizerSettings Optimizer { get; set; } = new();

    /// <summary>Losses.</summary>
    public LossSettings Losses { get; set; } = new();

    /// <summary>Discriminator.</summary>
    public DiscriminatorSettings Discriminator { get; set; } = new();

    /// <summary>Run.</summary>
    public CodecRunSettings Run { get; set; } = new();

    RunPace ITrainSettings.Run => Run;

    /// <inheritdoc/>
    public void Validate()
    {
        Setting.Require(Model is not null, "model", "is missing; its keys are those of a codec's config.json");
        Setting.Require(Model!.Channels <= 2, "model.channels", $"is {Model.Channels}; training takes 1 or 2"); // The line above has seen it.
        Setting.Require(
            Quantizer.BandwidthWeights.Count == 0
                || (Quantizer.BandwidthWeights.All(w => w.Value >= 0 && Model.BandwidthsKbps.Contains(w.Key)) && Quantizer.BandwidthWeights.Values.Sum() > 0),
            "quantizer.bandwidth_weights", "must give some of the model's bandwidths weights that are not negative and not all zero");
        Initialization.Validate(Model.Norm);
        Data.Validate();
        Losses.Validate(Data.CropSeconds);
        Optimizer.Validate();
        Discriminator.Validate();
        Run.Validate();
    }
}
