namespace AudioCodec.Training.Evaluation;

/// <summary>What was measured of one file, one codec, one rate.</summary>
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
    EvaluationClip Clip,
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
