namespace AudioCodec.Training.Configuration;

/// <summary>The <c>discriminator</c> section.</summary>
public sealed class DiscriminatorSettings
{
    /// <summary>First step at which the discriminator is trained and its losses count; -1 for never.</summary>
    public int StartStep { get; set; } = -1;

    /// <summary>Filters of its convolutions.</summary>
    public int Filters { get; set; } = 32;

    /// <summary>Window lengths of its spectrograms.</summary>
    public int[] Windows { get; set; } = [2048, 1024, 512, 256, 128];

    /// <summary>Probability that a step updates it.</summary>
    public double UpdateProbability { get; set; } = 2.0 / 3;

    /// <summary>Learning rate.</summary>
    public double Lr { get; set; } = 3e-4;

    /// <summary>Whether the discriminator is trained and its losses count at a step.</summary>
    internal bool IsActive(long step) => StartStep >= 0 && step >= StartStep;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(UpdateProbability is >= 0 and <= 1, "discriminator.update_probability", "must be between 0 and 1");
        Setting.Require(Windows.Length > 0 && Windows.All(w => w >= 16), "discriminator.windows", "must be at least one window of 16 samples or more");
    }
}
