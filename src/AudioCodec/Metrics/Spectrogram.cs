using System.Numerics.Tensors;

namespace AudioCodec.Metrics;

/// <summary>Short-time power spectrum in decibels, for pictures.</summary>
/// <remarks>
/// Hann windows of <c>fftSize</c> samples, centred frames, the signal mirrored at its ends; 0 dB is a full-scale sine.
/// </remarks>
public sealed class Spectrogram
{
    private Spectrogram(float[] decibels, int frames, int bins) => (Decibels, Frames, Bins) = (decibels, frames, bins);

    /// <summary>[F, bins], dB relative to a full-scale sine, at least the floor that was asked for.</summary>
    public float[] Decibels { get; }

    /// <summary>Number of frames F, T / hop + 1; 0 for an empty signal.</summary>
    public int Frames { get; }

    /// <summary>Frequencies of a frame, fftSize / 2 + 1, from 0 to half the sample rate.</summary>
    public int Bins { get; }

    /// <summary>Analyses one channel.</summary>
    /// <param name="signal">[T].</param>
    /// <param name="fftSize">Window and transform length, a power of two.</param>
    /// <param name="hopSamples">Distance of frames.</param>
    /// <param name="floorDb">Lower values are raised to this one.</param>
    public static Spectrogram Compute(ReadOnlySpan<float> signal, int fftSize = 1024, int hopSamples = 256, float floorDb = -120)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        var spectra = new SpectrumFrames(fftSize, hopSamples, fftSize, fftSize / 2, completeLastFrame: false);
        int frames = spectra.FrameCount(signal.Length);
        var decibels = new float[checked(frames * spectra.Bins)];
        var scratch = new float[spectra.ScratchLength];

        // A sine of amplitude 1 gives a peak of fftSize / 4 in magnitude under a Hann window.
        float offset = -20 * MathF.Log10(fftSize / 4f), lowest = MathF.Pow(10, (floorDb - offset) / 10);
        for (int f = 0; f < frames; f++)
        {
            Span<float> row = decibels.AsSpan(f * spectra.Bins, spectra.Bins);
            spectra.Power(signal, f, row, scratch);
            TensorPrimitives.Max(row, lowest, row);
            TensorPrimitives.Log10(row, row);
            TensorPrimitives.Multiply(row, 10f, row);
            TensorPrimitives.Add(row, offset, row);
        }

        return new Spectrogram(decibels, frames, spectra.Bins);
    }
}
