using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;

namespace AudioCodec.Training.Configuration;

/// <summary>A training recipe for the entropy coder's language model.</summary>
public sealed class LmTrainSettings : ITrainSettings
{
    /// <summary>Keys of an entropy model's <c>config.json</c> that its codec and its training give.</summary>
    private static readonly string[] s_given = ["status", "codec", "codec_fingerprint", "codebooks", "codebook_size"];

    /// <summary>Name and shape, by the keys of an entropy model's <c>config.json</c>; what is left out is that of the official models.</summary>
    public JsonObject Model { get; set; } = [];

    /// <summary>Initial values.</summary>
    public LmInitializationSettings Initialization { get; set; } = new();

    /// <summary>Data.</summary>
    public LmDataSettings Data { get; set; } = new();

    /// <summary>Optimizer and averaging.</summary>
    public OptimizerSettings Optimizer { get; set; } = new();

    /// <summary>Run.</summary>
    public LmRunSettings Run { get; set; } = new();

    RunPace ITrainSettings.Run => Run;

    /// <summary>The configuration of the model for a codec.</summary>
    /// <param name="codec">The codec whose codes are to be predicted.</param>
    /// <param name="fingerprint">Fingerprint of its weights.</param>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public EntropyModelConfig ToModelConfig(EncodecConfig codec, WeightsFingerprint fingerprint)
    {
        ArgumentNullException.ThrowIfNull(codec);
        foreach (string key in s_given)
        {
            Setting.Require(!Model.ContainsKey(key), $"model.{key}", "follows from the codec; leave it out");
        }

        try
        {
            return (EntropyModelConfig.For(codec) with { Status = CheckpointStatus.Preview, CodecFingerprint = fingerprint }).Replace(Model);
        }
        catch (ConfigException error)
        {
            throw Setting.InModel(error);
        }
    }

    /// <summary>Codebooks in use at each bandwidth that training draws, with its relative frequency.</summary>
    /// <param name="codec">The codec.</param>
    /// <exception cref="ConfigException">A bandwidth is not the codec's, or no weight is above 0.</exception>
    public IReadOnlyList<(double Kbps, int Codebooks, double Weight)> Bandwidths(EncodecConfig codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        foreach ((double kbps, double weight) in Data.BandwidthWeights)
        {
            Setting.Require(codec.BandwidthsKbps.Contains(kbps), "data.bandwidth_weights", $"names {kbps} kbit/s; {codec.Name} offers {string.Join(", ", codec.BandwidthsKbps)}");
            Setting.Require(weight >= 0 && double.IsFinite(weight), "data.bandwidth_weights", "must not be negative");
        }

        (double, int, double)[] drawn = [.. codec.BandwidthsKbps
            .Select(kbps => (kbps, codec.CodebooksFor(kbps), Data.BandwidthWeights.Count == 0 ? 1 : Data.BandwidthWeights.GetValueOrDefault(kbps)))
            .Where(b => b.Item3 > 0)];
        Setting.Require(drawn.Length > 0, "data.bandwidth_weights", "must hold a weight above 0");
        return drawn;
    }

    /// <inheritdoc/>
    public void Validate()
    {
        _ = ToModelConfig(EncodecConfig.Encodec24Khz, default); // What the shape must keep does not depend on the codec.
        Data.Validate();
        Optimizer.Validate();
        Run.Validate();
    }
}
