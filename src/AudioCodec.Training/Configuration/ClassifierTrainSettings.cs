using System.Text.Json.Nodes;
using AudioCodec.Classification;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Training.Configuration;

/// <summary>A training recipe for a sound classifier.</summary>
public sealed class ClassifierTrainSettings : ITrainSettings
{
    /// <summary>Keys of a classifier's <c>config.json</c> that its training gives.</summary>
    private static readonly string[] s_given = ["status", "temperature"];

    /// <summary>Name, labels and shape, by the keys of a classifier's <c>config.json</c>.</summary>
    public JsonObject Model { get; set; } = [];

    /// <summary>Data.</summary>
    public ClassifierDataSettings Data { get; set; } = new();

    /// <summary>Optimizer. Weights are not averaged: the statistics of batch normalization are those of the last ones.</summary>
    public OptimizerSettings Optimizer { get; set; } = new() { Lr = 4e-3, Betas = [0.9, 0.999], WeightDecay = 0.02, Schedule = "cosine", WarmupSteps = 30, FinalRatio = 0.001, ClipNorm = 5, EmaDecay = 0 };

    /// <summary>Run.</summary>
    public ClassifierRunSettings Run { get; set; } = new();

    RunPace ITrainSettings.Run => Run;

    /// <summary>The configuration of the model.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public ClassifierConfig ToModelConfig()
    {
        foreach (string key in s_given)
        {
            Setting.Require(!Model.ContainsKey(key), $"model.{key}", "follows from the training; leave it out");
        }

        try
        {
            return new ClassifierConfig { Name = "classifier", Status = CheckpointStatus.Preview }.Replace(Model).Validated();
        }
        catch (ConfigException error)
        {
            throw Setting.InModel(error);
        }
    }

    /// <inheritdoc/>
    public void Validate()
    {
        _ = ToModelConfig();
        Data.Validate();
        Optimizer.Validate();
        Setting.Require(Optimizer.EmaDecay == 0, "optimizer.ema_decay", "must be 0: the statistics of batch normalization are those of the last weights");
        Run.Validate();
    }
}
