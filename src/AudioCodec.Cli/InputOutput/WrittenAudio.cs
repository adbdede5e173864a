using AudioCodec.Audio;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Audio that was written to an output.</summary>
/// <param name="Result">Length, peak and warnings.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="Channels">Number of channels.</param>
internal sealed record WrittenAudio(AudioTransferResult Result, int SampleRateHz, int Channels)
{
    /// <summary>The warnings for the user.</summary>
    public IReadOnlyList<string> Warnings => Result.ClippedValues == 0
        ? Result.Warnings
        :
        [
            .. Result.Warnings,
            $"{Result.ClippedValues} samples were clipped: the peak is {Result.Peak:0.000}, the limit is {PeakGuard.ReferenceLimit}. "
                + "Use -r to scale the output down instead.",
        ];
}
