namespace AudioCodec.Training.Evaluation;

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
    (int Min, int Max) LagSamples)
{
    /// <summary>Bit rate with the entropy model; NaN without one.</summary>
    public double EntropyCodedKbps => ActualKbps * (1 - EntropySaving);
}
