namespace AudioCodec;

/// <summary>Some consecutive samples of a recording.</summary>
/// <param name="Samples">[T, C] interleaved, nominal range -1 to 1, not clipped; not used by anyone else.</param>
/// <param name="StartSample">Index of the first in the recording, samples per channel.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="Channels">Interleaved channels.</param>
public sealed record AudioBlock(ReadOnlyMemory<float> Samples, long StartSample, int SampleRateHz, int Channels)
{
    /// <summary>Time of the first sample in the recording.</summary>
    public TimeSpan Start => TimeSpan.FromSeconds((double)StartSample / SampleRateHz);

    /// <summary>Samples per channel.</summary>
    public int LengthSamples => Samples.Length / Channels;
}
