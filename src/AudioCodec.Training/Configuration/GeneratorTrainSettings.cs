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
