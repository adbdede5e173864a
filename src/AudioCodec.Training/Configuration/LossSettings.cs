namespace AudioCodec.Training.Configuration;

/// <summary>The <c>losses</c> section: weights, some of which may change over a run, and shape of the spectral loss.</summary>
public sealed class LossSettings
{
    /// <summary>Shortest crop that holds a segment of the envelope loss (30 frames of 12.8 ms), seconds.</summary>
    private const double EnvelopeShortestSeconds = 0.4;

    /// <summary>Shortest crop that holds a patch of every resolution of the texture loss, seconds.</summary>
    private const double TextureShortestSeconds = 0.25;

    /// <summary>Weight of the waveform's mean absolute difference.</summary>
    public StepValue L1 { get; set; } = new(0.1);

    /// <summary>Weight of the multi-scale mel loss.</summary>
    public StepValue Mel { get; set; } = new(1);

    /// <summary>Weight of the correlation of third-octave envelopes; 0 leaves it out.</summary>
    public StepValue Envelope { get; set; } = new(0);

    /// <summary>Weight of level and flatness of small patches of the spectrogram; 0 leaves it out.</summary>
    public StepValue Texture { get; set; } = new(0);

    /// <summary>Weight of the adversarial loss.</summary>
    public double Adversarial { get; set; } = 3;

    /// <summary>Weight of feature matching.</summary>
    public double Feature { get; set; } = 3;

    /// <summary>Weight of the commitment loss, outside the balancer.</summary>
    public double Commitment { get; set; } = 1;

    /// <summary><c>paper</c> (mean absolute difference of mel power plus mean squared difference of its logarithm) or <c>log</c> (mean absolute difference of the logarithm of mel magnitudes).</summary>
    public string MelForm { get; set; } = "paper";

    /// <summary>Added to mel spectra before their logarithm is taken.</summary>
    public double MelFloor { get; set; } = 1e-5;

    /// <summary>Exponents of 2 of the shortest and the longest window.</summary>
    public int[] MelPowers { get; set; } = [5, 11];

    /// <summary>Scales drawn at random for each step; 0 takes all.</summary>
    public int MelScalesPerStep { get; set; }

    /// <summary>Mel bands at every scale.</summary>
    public int MelBands { get; set; } = 64;

    /// <summary>Decay of the balancer's gradient norms.</summary>
    public double BalancerDecay { get; set; } = 0.999;

    /// <summary>Steps from one measurement of the balancer's gradient norms to the next: 1 measures at each step, as published; between, one pass makes the gradient instead of one for each loss.</summary>
    public int BalancerEvery { get; set; } = 1;

    /// <summary>Checks every value.</summary>
    /// <param name="cropSeconds">Length of the crops.</param>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate(double cropSeconds)
    {
        foreach ((string key, StepValue weight) in new[] { ("l1", L1), ("mel", Mel), ("envelope", Envelope), ("texture", Texture) })
        {
            Setting.Require(weight.IsWeight, $"losses.{key}", "must be a weight of at least 0, or such weights by step");
        }

        Setting.Require(
            Envelope.Max == 0 || cropSeconds >= EnvelopeShortestSeconds, "losses.envelope", $"needs data.crop_seconds of at least {EnvelopeShortestSeconds}");
        Setting.Require(
            Texture.Max == 0 || cropSeconds >= TextureShortestSeconds, "losses.texture", $"needs data.crop_seconds of at least {TextureShortestSeconds}");
        Setting.Require(BalancerEvery >= 1, "losses.balancer_every", "must be at least 1");
        Setting.Require(MelScalesPerStep >= 0, "losses.mel_scales_per_step", "must not be negative");
        Setting.Require(MelForm is "paper" or "log", "losses.mel_form", $"is '{MelForm}'; allowed is paper or log");
        Setting.Require(
            MelPowers is [>= 2, <= 15] && MelPowers[0] <= MelPowers[1], "losses.mel_powers", "must be two exponents of 2 from 2 to 15, the first not above the last");
        Setting.Require(MelBands >= 1 && MelFloor > 0, "losses.mel_bands", "bands must be at least 1 and the floor above 0");
    }
}
