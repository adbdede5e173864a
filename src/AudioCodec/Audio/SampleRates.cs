namespace AudioCodec.Audio;

/// <summary>Bounds on the values of a damaged header.</summary>
internal static class SampleRates
{
    /// <summary>Highest sample rate read from a file.</summary>
    public const int MaxHz = 16_000_000;
}
