using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Training.Configuration;

/// <summary>The <c>initialization</c> section: values that a run starts from.</summary>
public sealed class InitializationSettings
{
    /// <summary><c>random</c>, or <c>principal</c>: transforms by principal components of the training data.</summary>
    public string Form { get; set; } = "random";

    /// <summary>Batches that principal components are taken from.</summary>
    public int Batches { get; set; } = 60;

    /// <summary>Whether a run starts from principal components.</summary>
    internal bool IsPrincipal => Form == "principal";

    /// <summary>Checks every value.</summary>
    /// <param name="norm">Normalization of the network's convolutions.</param>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate(ConvNorm norm)
    {
        Setting.Require(Form is "random" or "principal", "initialization.form", $"is '{Form}'; allowed is random or principal");
        Setting.Require(Batches >= 1, "initialization.batches", $"is {Batches}; it must be at least 1");
        Setting.Require(!IsPrincipal || norm != ConvNorm.TimeGroupNorm, "initialization.form", "principal components need a network without group norm; take random");
    }
}
