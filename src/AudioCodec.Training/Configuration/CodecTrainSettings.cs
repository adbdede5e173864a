using AudioCodec.Codecs.Configuration;
using AudioCodec.Training.Losses;

namespace AudioCodec.Training.Configuration;

/// <summary>The <c>data</c> section: which audio, and how crops are drawn from it.</summary>
public sealed class DataSettings
{
    /// <summary>Length of a crop, seconds.</summary>
    public double CropSeconds { get; set; } = 1;

    /// <summary>Crops per step B.</summary>
    public int BatchSize { get; set; } = 8;

    /// <summary>Relative frequency of each <c>kind</c> of a manifest; empty takes every file by its duration.</summary>
    public Dictionary<string, double> KindWeights { get; set; } = [];

    /// <summary>How often files are drawn whose <c>bandwidth</c> in the manifest lies below 95 % of half the sample rate, 1 being as often as others of their kind and duration.</summary>
    public StepValue BandLimitedWeight { get; set; } = new(1);

    /// <summary>Split of the manifest to train on; a manifest without splits is used whole.</summary>
    public string Split { get; set; } = "train";

    /// <summary>Split of the manifest to validate on.</summary>
    public string ValidSplit { get; set; } = "valid";

    /// <summary>Lowest random gain, dB.</summary>
    public double GainMinDb { get; set; } = -10;

    /// <summary>Highest random gain, dB. A crop that would clip is scaled to its peak.</summary>
    public double GainMaxDb { get; set; } = 6;

    /// <summary>Probability that a second crop is mixed in.</summary>
    public double MixProbability { get; set; } = 0.2;

    /// <summary>Crops quieter than this RMS are drawn again (eight times at most).</summary>
    public double SilenceRms { get; set; } = 0.001;

    /// <summary>Threads that decode and cut crops.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>Decoded audio kept in memory, MB.</summary>
    public int CacheMb { get; set; } = 1024;
}

/// <summary>The <c>optimizer</c> section.</summary>
public sealed class OptimizerSettings
{
    /// <summary>Learning rate of the generator after the warm-up.</summary>
    public double Lr { get; set; } = 3e-4;

    /// <summary>First and second moment's decay.</summary>
    public double[] Betas { get; set; } = [0.5, 0.9];

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmupSteps { get; set; }

    /// <summary><c>constant</c> or <c>cosine</c>.</summary>
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
        Setting.Require(Schedule is "constant" or "cosine", "optimizer.schedule", $"is '{Schedule}'; allowed is constant or cosine");
        Setting.Require(EmaDecay is >= 0 and < 1, "optimizer.ema_decay", "must be from 0 to below 1");
        Setting.Require(RestartStep >= 0, "optimizer.restart_step", "must not be negative");
        Setting.Require(RestartRatio > 0, "optimizer.restart_ratio", $"is {RestartRatio}; it must be above 0");
        Setting.Require(WeightDecay is >= 0 and <= 1, "optimizer.weight_decay", "must be from 0 to 1");
    }
}

/// <summary>The <c>losses</c> section: weights, some of which may change over a run, and shape of the spectral loss.</summary>
public sealed class LossSettings
{
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

    /// <summary><c>paper</c> (L1 of mel plus L2 of clamped log mel) or <c>log</c> (mean absolute difference of log mel with an added floor).</summary>
    public string MelForm { get; set; } = "paper";

    /// <summary>Floor added to (<c>log</c>) or clamping (<c>paper</c>) mel spectra.</summary>
    public double MelFloor { get; set; } = 1e-5;

    /// <summary>Window lengths as powers of two, first and last.</summary>
    public int[] MelPowers { get; set; } = [5, 11];

    /// <summary>Scales drawn at random for each step; 0 takes all.</summary>
    public int MelScalesPerStep { get; set; }

    /// <summary>Mel bands at every scale.</summary>
    public int MelBands { get; set; } = 64;

    /// <summary>Decay of the balancer's gradient norms.</summary>
    public double BalancerDecay { get; set; } = 0.999;
}

/// <summary>The <c>discriminator</c> section.</summary>
public sealed class DiscriminatorSettings
{
    /// <summary>First step at which the discriminator is trained and heard; -1 for never.</summary>
    public int StartStep { get; set; } = -1;

    /// <summary>Filters of its convolutions.</summary>
    public int Filters { get; set; } = 32;

    /// <summary>Window lengths of its spectrograms.</summary>
    public int[] Windows { get; set; } = [2048, 1024, 512, 256, 128];

    /// <summary>Probability that a step updates it.</summary>
    public double UpdateProbability { get; set; } = 2.0 / 3;

    /// <summary>Learning rate.</summary>
    public double Lr { get; set; } = 3e-4;
}

/// <summary>The <c>initialization</c> section: values that a run starts from.</summary>
public sealed class InitializationSettings
{
    /// <summary><c>random</c>, or <c>principal</c>: transforms by principal components of the training data.</summary>
    public string Form { get; set; } = "random";

    /// <summary>Batches that principal components are taken from.</summary>
    public int Batches { get; set; } = 60;
}

/// <summary>How long a run is, and what is written when: the part of the <c>run</c> section that all recipes have.</summary>
public abstract class RunPace
{
    /// <summary>Steps in all.</summary>
    public int Steps { get; set; } = 100000;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Steps between lines of the log.</summary>
    public int LogEvery { get; set; } = 50;

    /// <summary>Steps between validations.</summary>
    public int ValidEvery { get; set; } = 1000;

    /// <summary>Steps between checkpoints.</summary>
    public int SaveEvery { get; set; } = 500;

    /// <summary>Files per kind in a validation.</summary>
    public int ValidFiles { get; set; } = 6;

    /// <summary>Seconds taken of each validation file.</summary>
    public double ValidSeconds { get; set; } = 5;

    /// <summary>Checks lengths and intervals.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate() => Setting.Require(
        Steps >= 1 && LogEvery >= 1 && SaveEvery >= 1 && ValidEvery >= 1, "run.steps", "steps and intervals must be at least 1");
}

/// <summary>The <c>run</c> section of a codec's recipe.</summary>
public sealed class RunSettings : RunPace
{
    /// <summary>Bandwidth of a validation, kbit/s.</summary>
    public double ValidBandwidth { get; set; } = 6;

    /// <summary>Audio samples written per validation.</summary>
    public int ValidSamples { get; set; } = 3;
}

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
    public RunSettings Run { get; set; } = new();

    /// <inheritdoc/>
    public void Validate()
    {
        Setting.Require(Model is not null, "model", "is missing; its keys are those of a codec's config.json");
        Setting.Require(Model!.Channels <= 2, "model.channels", $"is {Model.Channels}; training takes 1 or 2"); // The line above has seen it.
        Setting.Require(Initialization.Form is "random" or "principal", "initialization.form", $"is '{Initialization.Form}'; allowed is random or principal");
        Setting.Require(Initialization.Batches >= 1, "initialization.batches", $"is {Initialization.Batches}; it must be at least 1");
        Setting.Require(
            Initialization.Form == "random" || Model.Norm != ConvNorm.TimeGroupNorm, "initialization.form",
            "principal components need a network without group norm; take random");
        Setting.Require(
            Quantizer.BandwidthWeights.Count == 0
                || (Quantizer.BandwidthWeights.All(w => w.Value >= 0 && Model.BandwidthsKbps.Contains(w.Key)) && Quantizer.BandwidthWeights.Values.Sum() > 0),
            "quantizer.bandwidth_weights", "must give some of the model's bandwidths weights that are not negative and not all zero");
        foreach ((string key, StepValue weight) in new[] { ("l1", Losses.L1), ("mel", Losses.Mel), ("envelope", Losses.Envelope), ("texture", Losses.Texture) })
        {
            Setting.Require(weight.IsWeight, $"losses.{key}", "must be a weight of at least 0, or such weights by step");
        }

        Setting.Require(Losses.MelScalesPerStep >= 0, "losses.mel_scales_per_step", "must not be negative");
        Setting.Require(
            Losses.Envelope.Max == 0 || Data.CropSeconds >= EnvelopeLoss.ShortestSeconds, "losses.envelope",
            $"needs data.crop_seconds of at least {EnvelopeLoss.ShortestSeconds}");
        Setting.Require(
            Losses.Texture.Max == 0 || Data.CropSeconds >= TextureLoss.ShortestSeconds, "losses.texture",
            $"needs data.crop_seconds of at least {TextureLoss.ShortestSeconds}");
        Setting.Require(Data.BatchSize is >= 1 and <= 4096, "data.batch_size", $"is {Data.BatchSize}; allowed is 1 to 4096");
        Setting.Require(Data.CropSeconds is > 0 and <= 600, "data.crop_seconds", $"is {Data.CropSeconds}; allowed is above 0 to 600");
        Setting.Require(Data.Workers is >= 1 and <= 64, "data.workers", $"is {Data.Workers}; allowed is 1 to 64");
        Setting.Require(Data.CacheMb >= 0, "data.cache_mb", "must not be negative");
        Setting.Require(Data.GainMinDb <= Data.GainMaxDb, "data.gain_min_db", "is above data.gain_max_db");
        Setting.Require(Data.MixProbability is >= 0 and <= 1, "data.mix_probability", "must be between 0 and 1");
        Setting.Require(Data.KindWeights.Values.All(w => w >= 0), "data.kind_weights", "must not be negative");
        Setting.Require(Data.BandLimitedWeight.IsWeight, "data.band_limited_weight", "must be a weight of at least 0, or such weights by step");
        Optimizer.Validate();
        Setting.Require(Losses.MelForm is "paper" or "log", "losses.mel_form", $"is '{Losses.MelForm}'; allowed is paper or log");
        Setting.Require(Losses.MelPowers is [>= 2, <= 15] && Losses.MelPowers[0] <= Losses.MelPowers[1], "losses.mel_powers", "must be two powers of two's exponents, first not above last");
        Setting.Require(Losses.MelBands >= 1 && Losses.MelFloor > 0, "losses.mel_bands", "bands must be at least 1 and the floor above 0");
        Setting.Require(Discriminator.UpdateProbability is >= 0 and <= 1, "discriminator.update_probability", "must be between 0 and 1");
        Setting.Require(Discriminator.Windows.Length > 0 && Discriminator.Windows.All(w => w >= 16), "discriminator.windows", "must be at least one window of 16 samples or more");
        Run.Validate();
    }
}
