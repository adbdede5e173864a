using AudioCodec.Audio;

namespace AudioCodec.Cli.Options;

/// <summary>How decoded audio is written.</summary>
/// <param name="Encoding">How a sample is stored.</param>
/// <param name="SampleRateHz">Rate to convert to, or <see langword="null"/> for the model's or the original's.</param>
/// <param name="AtOriginalRate">Whether to convert to the rate that the original had.</param>
/// <param name="Raw">Format of headerless output, or <see langword="null"/> for WAV.</param>
/// <param name="Rescale">Whether loud audio is scaled down rather than clipped.</param>
internal sealed record WavFormat(PcmEncoding Encoding, int? SampleRateHz, bool AtOriginalRate, RawPcmFormat? Raw, bool Rescale);
