using System.Text;
using System.Text.Json.Nodes;
using AudioCodec.Codecs.Configuration;
using static AudioCodec.Codecs.Configuration.ConfigRule;

namespace AudioCodec.Classification;

/// <summary>Everything that defines a sound classifier: its log-mel spectrogram, and an ensemble of small convolutional networks on windows of it.</summary>
/// <remarks>Its properties in snake case are the keys of <c>config.json</c>.</remarks>
public sealed record ClassifierConfig
{
    /// <summary>Value of <c>kind</c> in a checkpoint folder's <c>config.json</c>.</summary>
    public const string Kind = "classifier";

    private static readonly ConfigRecord<ClassifierConfig> s_record = new();

    /// <summary>State of its training; release where the file does not state one.</summary>
    public CheckpointStatus Status { get; init; } = CheckpointStatus.Release;

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>The classes, in the order of the outputs.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Sample rate of the audio.</summary>
    public int SampleRateHz { get; init; } = 24000;

    /// <summary>Length of the spectrogram's transform and Hann window, samples; a power of two.</summary>
    public int FftSize { get; init; } = 1024;

    /// <summary>Distance of the spectrogram's frames, samples.</summary>
    public int HopSamples { get; init; } = 480;

    /// <summary>Mel bands.</summary>
    public int MelBands { get; init; } = 64;

    /// <summary>Lower edge of the lowest band.</summary>
    public double LowestHz { get; init; } = 50;

    /// <summary>Range below a recording's loudest point that is told apart from silence.</summary>
    public double RangeDb { get; init; } = 80;

    /// <summary>Frames of a window: what a network sees at once.</summary>
    public int WindowFrames { get; init; } = 100;

    /// <summary>Distance of the windows of a longer recording, frames.</summary>
    public int WindowStepFrames { get; init; } = 50;

    /// <summary>Output channels of each network's convolutions; after all but the last the spectrogram is halved both ways.</summary>
    public IReadOnlyList<int> Filters { get; init; } = [16, 32, 64, 96];

    /// <summary>Values of each network's embedding, the layer before the classes.</summary>
    public int Embedding { get; init; } = 16;

    /// <summary>Networks in the ensemble.</summary>
    public int Members { get; init; } = 4;

    /// <summary>Divisor of the logits, which makes the probabilities agree with how often the classifier is right (Guo et al. 2017, temperature scaling).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">Path or name, for messages.</param>
    /// <exception cref="ConfigException">The text is not JSON, a key is unknown, repeated or missing, or a value is not allowed.</exception>
    public static ClassifierConfig Parse(ReadOnlySpan<byte> json, string source) => ConfigFile.Parse(json, source, keys =>
    {
        ConfigFile.TakeKind(keys, Kind);
        return s_record.Read(keys).Validated();
    });

    /// <summary>The configuration as <c>config.json</c> holds it, UTF-8.</summary>
    public byte[] ToJson() => Encoding.UTF8.GetBytes(ConfigFile.Format(Kind, s_record.Write(this)));

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public ClassifierConfig Validated()
    {
        RequireName("name", Name);
        Require(Labels.Count is >= 2 and <= 4096 && Labels.All(l => !string.IsNullOrWhiteSpace(l)) && Labels.Distinct(StringComparer.Ordinal).Count() == Labels.Count, "labels", Labels.Count, "2 to 4096 different labels");
        RequireRange("sample_rate_hz", SampleRateHz, 1000, 384000);
        Require(FftSize is >= 64 and <= 16384 && int.IsPow2(FftSize), "fft_size", FftSize, "a power of two from 64 to 16384");
        RequireRange("hop_samples", HopSamples, 1, FftSize);
        RequireRange("mel_bands", MelBands, 8, 256);
        Require(LowestHz >= 0 && LowestHz < SampleRateHz / 2.0, "lowest_hz", LowestHz, "0 to below half the sample rate");
        Require(RangeDb is >= 10 and <= 200, "range_db", RangeDb, "10 to 200");
        RequireRange("window_frames", WindowFrames, 8, 4096);
        RequireRange("window_step_frames", WindowStepFrames, 1, WindowFrames);
        Require(Filters.Count is >= 1 and <= 8 && Filters.All(f => f is >= 1 and <= 1024), "filters", string.Join(", ", Filters), "1 to 8 numbers from 1 to 1024");
        Require(Math.Min(MelBands, WindowFrames) >> (Filters.Count - 1) >= 1, "filters", Filters.Count, "so few layers that something is left of a window when it is halved between them");
        RequireRange("embedding", Embedding, 1, 1024);
        RequireRange("members", Members, 1, 64);
        Require(Temperature is > 0 and <= 100, "temperature", Temperature, "above 0 to 100");
        return this;
    }

    /// <summary>This configuration with other values for some keys.</summary>
    /// <exception cref="ConfigException">A key is unknown, or a value is not of its type.</exception>
    internal ClassifierConfig Replace(JsonObject keys) => s_record.Replace(this, keys);
}
