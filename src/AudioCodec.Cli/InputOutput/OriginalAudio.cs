using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.InputOutput;

/// <summary>The audio that a file was made of.</summary>
/// <param name="SampleRateHz">Its rate.</param>
/// <param name="LengthSamples">Its samples per channel, or <see langword="null"/> where unknown.</param>
internal sealed record OriginalAudio(int SampleRateHz, long? LengthSamples)
{
    /// <summary>What a file says about the audio that was compressed.</summary>
    /// <exception cref="UsageException">It does not say.</exception>
    public static OriginalAudio Of(EcdcInfo file) => file.OriginalSampleRateHz is int rate
        ? new OriginalAudio(rate, file.OriginalLengthSamples)
        : throw new UsageException(
            $"--rate original: {(file.FormatVersion == 0 ? "version 0 of the format" : "this file")} does not say which rate the original had; give a rate in Hz.");
}
