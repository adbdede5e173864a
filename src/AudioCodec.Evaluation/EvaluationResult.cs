using System.Text.Json.Serialization;
using AudioCodec.Audio;

namespace AudioCodec.Evaluation;

/// <summary>Outcome of an evaluation.</summary>
/// <param name="Points">The rate-distortion table: by kind, codec, rate.</param>
/// <param name="Scores">Every single measurement.</param>
/// <param name="Perplexities">Per codec with codebooks, the perplexity of every level over all kinds, at its highest rate.</param>
/// <param name="Examples">Excerpts to look at and listen to.</param>
/// <param name="Notes">Codecs that were left out, and files that could not be read.</param>
public sealed record EvaluationResult(
    IReadOnlyList<RatePoint> Points,
    IReadOnlyList<ClipScores> Scores,
    IReadOnlyDictionary<string, double[]> Perplexities,
    [property: JsonIgnore] IReadOnlyList<ClipExample> Examples,
    IReadOnlyList<string> Notes)
{
    /// <summary>Paths of the files and folders that could not be read; the notes say why.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}

/// <summary>One row of the rate-distortion table: a codec at a rate over all files of a kind.</summary>
/// <param name="Kind">The kind of audio.</param>
/// <param name="Codec">Name of the codec.</param>
/// <param name="RateKbps">Nominal rate, kbit/s.</param>
/// <param name="ActualKbps">All files' bits over all files' seconds.</param>
/// <param name="Files">Number of files.</param>
/// <param name="SiSdrDb">Mean per file, silent files left out.</param>
/// <param name="Stoi">Mean per file; NaN but for speech.</param>
/// <param name="Estoi">Mean per file; NaN but for speech.</param>
/// <param name="Mel">Mean per file.</param>
/// <param name="MultiResolutionStft">Mean per file.</param>
/// <param name="EntropySaving">Share of the files' bytes that the entropy model saves; NaN without one.</param>
/// <param name="Perplexities">Codebook perplexity per level over all files of the kind; empty for codecs without codebooks.</param>
/// <param name="LagSamples">Smallest and largest delay that was found and removed.</param>
public sealed record RatePoint(
    string Kind,
    string Codec,
    double RateKbps,
    double ActualKbps,
    int Files,
    double SiSdrDb,
    double Stoi,
    double Estoi,
    double Mel,
    double MultiResolutionStft,
    double EntropySaving,
    IReadOnlyList<double> Perplexities,
    LagRange LagSamples)
{
    /// <summary>Bit rate with the entropy model; NaN without one.</summary>
    public double EntropyCodedKbps => ActualKbps * (1 - EntropySaving);
}

/// <summary>Smallest and largest delay, in samples.</summary>
/// <param name="Min">The smallest; below 0 where the decoded audio came early.</param>
/// <param name="Max">The largest.</param>
public readonly record struct LagRange(int Min, int Max);

/// <summary>Measurements of one file with one codec at one rate.</summary>
/// <param name="Clip">The file.</param>
/// <param name="Codec">Name of the codec.</param>
/// <param name="RateKbps">Nominal rate, kbit/s.</param>
/// <param name="DurationSeconds">Length of the audio.</param>
/// <param name="FileBytes">Size of the encoded file.</param>
/// <param name="EntropyCodedBytes">Its size with the entropy model, where there is one.</param>
/// <param name="LagSamples">Samples by which the decoded audio came late, before it was aligned.</param>
/// <param name="SiSdrDb">SI-SDR; NaN for a silent original.</param>
/// <param name="Stoi">STOI; NaN where it is not measured or not defined.</param>
/// <param name="Estoi">ESTOI; NaN where it is not measured or not defined.</param>
/// <param name="Mel">Log10 mel distance.</param>
/// <param name="MultiResolutionStft">Multi-resolution STFT distance.</param>
public sealed record ClipScores(
    AudioClip Clip,
    string Codec,
    double RateKbps,
    double DurationSeconds,
    long FileBytes,
    long? EntropyCodedBytes,
    int LagSamples,
    double SiSdrDb,
    double Stoi,
    double Estoi,
    double Mel,
    double MultiResolutionStft);

/// <summary>A short excerpt for spectrograms and players: the original and the output of each codec.</summary>
/// <param name="Clip">The file it is from.</param>
/// <param name="Original">The excerpt.</param>
/// <param name="Versions">The same samples after coding, in the order of codecs and rates.</param>
public sealed record ClipExample(AudioClip Clip, AudioBuffer Original, IReadOnlyList<ClipVersion> Versions);

/// <summary>An excerpt after coding.</summary>
/// <param name="Codec">Name of the codec.</param>
/// <param name="RateKbps">Nominal rate, kbit/s.</param>
/// <param name="ActualKbps">Bit rate of the whole file the excerpt is from.</param>
/// <param name="Audio">The decoded excerpt.</param>
public sealed record ClipVersion(string Codec, double RateKbps, double ActualKbps, AudioBuffer Audio);
