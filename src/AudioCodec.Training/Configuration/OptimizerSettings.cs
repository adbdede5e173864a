namespace AudioCodec.Training.Configuration;

/// <summary>The <c>optimizer</c> section.</summary>
public sealed class OptimizerSettings
{
    /// <summary>Learning rate of the generator after the warm-up.</summary>
    public double Lr { get; set; } = 3e-4;

    /// <summary>First and second moment's decay.</summary>
    public double[] Betas { get; set; } = [0.5, 0.9];

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmupSteps { get; set; }

    /// <summary><c>constant</c>, <c>cosine</c> or <c>inverse_sqrt</c>, which falls with the root of the step from the end of the warm-up on.</summary>
    public string Schedule { get; set; } = "constant";

    /// <summary>Step at which warm-up and schedule start again, the first schedule ending there; 0 for never.</summary>
    public int RestartStep { get; set; }

    /// <summary>Peak of the restarted schedule, as a share of the first one's.</summary>
    public double RestartRatio { get; set; } = 1;

    /// <summary>Share of the learning rate left at the end of a cosine.</summary>
    public double FinalRatio { get; set; } = 0.05;

    /// <summary>Gradient norms above this are scaled down to it; 0 for never.</summary>
    public double ClipNorm { get; set; } = 10;

    /// <summary>Decay of the averaged weights that are validated and exported; 0 for none.</summary>
    public double EmaDecay { get; set; } = 0.999;

    /// <summary>Share of the weights that decays per step and unit of learning rate, apart from the gradient (AdamW); 0 for none.</summary>
    public double WeightDecay { get; set; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(Lr > 0 && double.IsFinite(Lr), "optimizer.lr", $"is {Lr}; it must be above 0");
        Setting.Require(Betas.Length == 2 && Betas.All(b => b is >= 0 and < 1), "optimizer.betas", "must be two numbers from 0 to below 1");
        Setting.Require(Schedule is "constant" or "cosine" or "inverse_sqrt", "optimizer.schedule", $"is '{Schedule}'; allowed is constant, cosine or inverse_sqrt");
        Setting.Require(Schedule != "inverse_sqrt" || WarmupSteps > 0, "optimizer.warmup_steps", "must be above 0 for inverse_sqrt, which falls from there");
        Setting.Require(EmaDecay is >= 0 and < 1, "optimizer.ema_decay", "must be from 0 to below 1");
        Setting.Require(RestartStep >= 0, "optimizer.restart_step", "must not be negative");
        Setting.Require(RestartRatio > 0, "optimizer.restart_ratio", $"is {RestartRatio}; it must be above 0");
        Setting.Require(WeightDecay is >= 0 and <= 1, "optimizer.weight_decay", "must be from 0 to 1");
    }
}
