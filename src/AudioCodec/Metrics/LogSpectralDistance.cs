using System.Numerics.Tensors;
using AudioCodec.Audio;

namespace AudioCodec.Metrics;

/// <summary>Log-spectral distance, dB; 0 is best.</summary>
/// <remarks>
/// Mean over frames of the root mean square over bins of 10 log10(P_ref / P_est), with P = max(|X|^2, 1e-7) from 2048-sample
/// Hann windows every 512 samples, centred frames, the signal mirrored at its ends.
/// Source: Gray and Markel, "Distance measures for speech processing" (1976). Edges: NaN for empty signals;
/// silence against silence is 0.
/// </remarks>
public static class LogSpectralDistance
{
    private const float LowestPower = 1e-7f;
    private static readonly SpectrumFrames s_frames = new(2048, 512, 2048, 1024, completeLastFrame: false);

    /// <summary>The distance, mean over channels.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="estimate">Of the same rate, channels and length.</param>
    /// <returns>dB.</returns>
    /// <exception cref="ArgumentException">The buffers differ in rate, channels or length.</exception>
    public static double ComputeDb(AudioBuffer reference, AudioBuffer estimate)
    {
        SignalPair.RequireSameShape(reference, estimate);
        double sum = 0;
        for (int c = 0; c < reference.Channels; c++)
        {
            sum += ComputeDb(reference.Channel(c), estimate.Channel(c));
        }

        return sum / reference.Channels;
    }

    /// <summary>The distance of one channel.</summary>
    /// <param name="reference">[T].</param>
    /// <param name="estimate">[T].</param>
    /// <returns>dB.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double ComputeDb(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        SignalPair.RequireSameLength(reference, estimate);
        var a = new float[s_frames.Bins];
        var b = new float[s_frames.Bins];
        var scratch = new float[s_frames.ScratchLength];
        int frames = s_frames.FrameCount(reference.Length);
        double sum = 0;
        for (int f = 0; f < frames; f++)
        {
            Log(reference, f, a, scratch);
            Log(estimate, f, b, scratch);
            sum += 10 * TensorPrimitives.Distance<float>(a, b) / Math.Sqrt(a.Length);
        }

        return frames == 0 ? double.NaN : sum / frames;
    }

    private static void Log(ReadOnlySpan<float> signal, int frame, Span<float> values, Span<float> scratch)
    {
        s_frames.Power(signal, frame, values, scratch);
        TensorPrimitives.Max(values, LowestPower, values);
        TensorPrimitives.Log10(values, values);
    }
}
