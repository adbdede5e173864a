namespace AudioCodec.Audio;

/// <summary>How the samples behind a header are stored.</summary>
/// <param name="Encoding">How one sample is stored.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="Channels">1 to 1024.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="DataBytes">Size of the sample data, or <see langword="null"/> when the writer did not know it.</param>
/// <param name="MayEndEarly">Whether the size is a placeholder, so that fewer samples are no damage.</param>
internal sealed record PcmLayout(PcmEncoding Encoding, bool BigEndian, int Channels, int SampleRateHz, long? DataBytes, bool MayEndEarly = false)
{
    /// <summary>Bytes of one sample.</summary>
    public int SampleBytes => PcmSamples.BytesPerSample(Encoding);

    /// <summary>Bytes of one sample of all channels.</summary>
    public int BlockBytes => SampleBytes * Channels;
}
