using AudioCodec.Numerics;

namespace AudioCodec.Metrics;

/// <summary>Windowed power spectra of a signal, frame by frame, with the signal mirrored at its ends.</summary>
/// <remarks>
/// The window is the periodic Hann window of <c>windowSamples</c>, centred in the transform. Only the current frame of the signal
/// is copied, so memory does not grow with its length. Read-only after construction.
/// </remarks>
internal sealed class SpectrumFrames
{
    private readonly Fft _fft;
    private readonly float[] _window;
    private readonly int _padSamples;
    private readonly bool _completeLastFrame;

    /// <summary>Sets up frames of one kind.</summary>
    /// <param name="fftSize">Length N of the transform, a power of two.</param>
    /// <param name="hopSamples">Distance of frames.</param>
    /// <param name="windowSamples">Length of the window, at most N.</param>
    /// <param name="padSamples">Mirrored samples before the start and after the end.</param>
    /// <param name="completeLastFrame">Whether a last, incomplete frame is completed with zeros.</param>
    public SpectrumFrames(int fftSize, int hopSamples, int windowSamples, int padSamples, bool completeLastFrame)
    {
        _fft = new Fft(fftSize);
        HopSamples = hopSamples;
        _padSamples = padSamples;
        _completeLastFrame = completeLastFrame;
        _window = new float[fftSize];
        int start = (fftSize - windowSamples) / 2;
        for (int i = 0; i < windowSamples; i++)
        {
            _window[start + i] = (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / windowSamples)));
        }
    }

    /// <summary>Distance of frames in samples.</summary>
    public int HopSamples { get; }

    /// <summary>Bins of a spectrum, N/2 + 1.</summary>
    public int Bins => _fft.Bins;

    /// <summary>Scratch that <see cref="Power"/> needs.</summary>
    public int ScratchLength => _fft.ScratchLength + _fft.Size + (2 * _fft.Bins);

    /// <summary>Frames of a signal of <paramref name="lengthSamples"/>; 0 for an empty one.</summary>
    public int FrameCount(int lengthSamples)
    {
        if (lengthSamples == 0)
        {
            return 0;
        }

        int span = Math.Max(0, lengthSamples + (2 * _padSamples) - _fft.Size);
        return 1 + (_completeLastFrame ? (span + HopSamples - 1) / HopSamples : span / HopSamples);
    }

    /// <summary>Squared magnitudes of one frame.</summary>
    /// <param name="signal">[T].</param>
    /// <param name="frame">Index below <see cref="FrameCount"/>.</param>
    /// <param name="power">[N/2 + 1], receives the squared magnitudes.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>.</param>
    public void Power(ReadOnlySpan<float> signal, int frame, Span<float> power, Span<float> scratch)
    {
        Span<float> samples = scratch[.._fft.Size];
        Span<float> re = scratch.Slice(_fft.Size, Bins), im = scratch.Slice(_fft.Size + Bins, Bins);
        int first = (frame * HopSamples) - _padSamples;
        if (first >= 0 && first + _fft.Size <= signal.Length)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(signal.Slice(first, _fft.Size), _window, samples);
        }
        else
        {
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = At(signal, first + i) * _window[i];
            }
        }

        _fft.Forward(samples, re, im, scratch[(_fft.Size + (2 * Bins))..]);
        for (int k = 0; k < power.Length; k++)
        {
            power[k] = (re[k] * re[k]) + (im[k] * im[k]);
        }
    }

    /// <summary>The mirrored signal: period 2T - 2 inside the padding, zero beyond it.</summary>
    private float At(ReadOnlySpan<float> signal, int index)
    {
        if (index >= signal.Length + _padSamples)
        {
            return 0;
        }

        int period = Math.Max(1, (2 * signal.Length) - 2);
        int folded = ((index % period) + period) % period;
        return signal[folded < signal.Length ? folded : period - folded];
    }
}
