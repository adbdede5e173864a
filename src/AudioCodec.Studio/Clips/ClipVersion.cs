namespace AudioCodec.Studio.Clips;

/// <summary>What a codec made of a recording at a bit rate, and how near it is to the original.</summary>
/// <param name="Key">Codec and nominal rate, such as <c>audiocodec_24khz@6</c>.</param>
/// <param name="Codec">The codec.</param>
/// <param name="NominalKbps">The rate that was asked for, kbit/s.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Kbps">Rate of the file, kbit/s.</param>
/// <param name="SavedShare">What entropy coding saved, 0 to 1.</param>
/// <param name="SiSdrDb">Scale-invariant signal-to-distortion ratio, dB, higher is nearer.</param>
/// <param name="Stoi">Short-time objective intelligibility, 0 to 1.</param>
/// <param name="Estoi">Its extended form.</param>
/// <param name="MelDistance">Distance of log-mel spectrograms, lower is nearer.</param>
/// <param name="StftDistance">Distance of spectrograms at several resolutions, lower is nearer.</param>
/// <param name="EncodeSeconds">Time that encoding took.</param>
/// <param name="DecodeSeconds">Time that decoding took.</param>
/// <param name="HasEcdc">Whether there is an <c>.ecdc</c> file.</param>
internal sealed record ClipVersion(
    string Key,
    string Codec,
    double NominalKbps,
    long Bytes,
    double Kbps,
    double? SavedShare,
    double? SiSdrDb,
    double? Stoi,
    double? Estoi,
    double? MelDistance,
    double? StftDistance,
    double? EncodeSeconds,
    double? DecodeSeconds,
    bool HasEcdc)
{
    /// <summary>Name of its files, without extension.</summary>
    internal string FileName => Key.Replace('@', '_');
}
