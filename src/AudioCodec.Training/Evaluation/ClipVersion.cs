using AudioCodec.Audio;

namespace AudioCodec.Training.Evaluation;

/// <summary>An excerpt after coding.</summary>
/// <param name="Codec">Name of the codec.</param>
/// <param name="RateKbps">Nominal rate, kbit/s.</param>
/// <param name="ActualKbps">Bit rate of the whole file the excerpt is from.</param>
/// <param name="Audio">The decoded excerpt.</param>
public sealed record ClipVersion(string Codec, double RateKbps, double ActualKbps, AudioBuffer Audio);
