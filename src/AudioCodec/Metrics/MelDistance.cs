using System.Numerics.Tensors;
using AudioCodec.Audio;

namespace AudioCodec.Metrics;

/// <summary>Mean absolute difference of log10 mel spectrograms; 0 is best, 1 means a factor of ten in power.</summary>
/// <remarks>
/// Power spectra of 1024-sample Hann windows every 256 samples, 64 triangular mel bands from 64 Hz to half the sample rate,
/// log10(1e-5 + power); mean over bands, frames and channels. The signal is mirrored by 384 samples at both ends and the
/// last frame completed with zeros, so that there are ceil(T / 256) frames.
/// Source: the mel loss of AudioCraft's codec recipe. Not scale-invariant. Edges: NaN for empty signals; silence against
/// silence is 0. An instance is read-only and may be shared by threads. Cost: two FFTs per 256 samples.
/// </remarks>
public sealed class MelDistance
{
    private const int FftSize = 1024;
    private const int HopSamples = 256;
    private const float Floor = 1e-5f;

    private readonly SpectrumFrames _frames = new(FftSize, HopSamples, FftSize, (FftSize - HopSamples) / 2, completeLastFrame: true);
    private readonly MelFilterbank _filters;

    /// <summary>Sets up the distance for one sample rate.</summary>
    /// <param name="sampleRateHz">Samples per second; above 128 Hz, twice the lowest band edge.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is too low.</exception>
    public MelDistance(int sampleRateHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(sampleRateHz, 128);
        SampleRateHz = sampleRateHz;
        _filters = new MelFilterbank(sampleRateHz, FftSize, bands: 64, lowestHz: 64, highestHz: sampleRateHz / 2.0);
    }

    /// <summary>Samples per second of the signals that are compared.</summary>
    public int SampleRateHz { get; }

    /// <summary>The distance over all channels.</summary>
    /// <param name="reference">The original, at <see cref="SampleRateHz"/>.</param>
    /// <param name="estimate">Of the same rate, channels and length.</param>
    /// <returns>Mean |log10 difference|.</returns>
    /// <exception cref="ArgumentException">The buffers differ in shape, or have another rate than this instance.</exception>
    public double Compute(AudioBuffer reference, AudioBuffer estimate)
    {
        SignalPair.RequireSameShape(reference, estimate);
        if (reference.SampleRateHz != SampleRateHz)
        {
            throw new ArgumentException($"The audio has {reference.SampleRateHz} Hz, this distance is set up for {SampleRateHz} Hz.", nameof(reference));
        }

        double sum = 0;
        for (int c = 0; c < reference.Channels; c++)
        {
            sum += Compute(reference.Channel(c), estimate.Channel(c));
        }

        return sum / reference.Channels;
    }

    /// <summary>The distance of one channel.</summary>
    /// <param name="reference">[T].</param>
    /// <param name="estimate">[T].</param>
    /// <returns>Mean |log10 difference|.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public double Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        SignalPair.RequireSameLength(reference, estimate);
        var a = new float[_filters.Bands];
        var b = new float[_filters.Bands];
        var work = new float[_frames.Bins + _frames.ScratchLength];
        int frames = _frames.FrameCount(reference.Length);
        double sum = 0;
        for (int f = 0; f < frames; f++)
        {
            LogMel(reference, f, a, work);
            LogMel(estimate, f, b, work);
            TensorPrimitives.Subtract(a, b, a);
            sum += TensorPrimitives.SumOfMagnitudes(a);
        }

        return frames == 0 ? double.NaN : sum / ((double)frames * _filters.Bands);
    }

    private void LogMel(ReadOnlySpan<float> signal, int frame, Span<float> bands, Span<float> work)
    {
        Span<float> power = work[.._frames.Bins];
        _frames.Power(signal, frame, power, work[_frames.Bins..]);
        _filters.Apply(power, bands);
        TensorPrimitives.Add(bands, Floor, bands);
        TensorPrimitives.Log10(bands, bands);
    }
}
