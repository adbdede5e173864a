namespace AudioCodec.Audio;

/// <summary>Bounds that keep a damaged header from asking for absurd work.</summary>
internal static class SampleRates
{
    /// <summary>Highest sample rate read from a file.</summary>
    public const int MaxHz = 16_000_000;
}
