using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace AudioCodec.Audio;

/// <summary>Changes the sample rate of a stream of interleaved samples.</summary>
/// <remarks>
/// Windowed-sinc polyphase filter, delay compensated: output n stands at the time of input n * source / target rate, before the
/// first and after the last input the signal is 0, and n inputs give ceil(n * target / source) outputs. Pass band flat within
/// 0.1 dB to 0.9 of the lower Nyquist frequency, everything above that Nyquist frequency below -90 dB (a test measures both).
/// The result does not depend on how the stream is cut into chunks nor on the width of the processor's vectors: sums have a fixed
/// order and no fused multiply-add. Steady state allocates nothing.
/// </remarks>
internal sealed class Resampler
{
    /// <summary>Largest ratio between two rates, in either direction.</summary>
    public const int MaxRatio = 2000;

    private const int BlockSamples = 1024;

    private readonly ResamplingFilter _filter;
    private readonly float[][] _windows;
    private int _windowSamples;
    private long _windowStart;
    private long _inputSamples;
    private long _outputSamples;
    private long _outputWhole;
    private int _outputFraction;

    /// <summary>Designs the filter, which takes a few milliseconds.</summary>
    /// <param name="sourceRateHz">Samples per second of the input.</param>
    /// <param name="targetRateHz">Samples per second of the output.</param>
    /// <param name="channels">Number of channels, each filtered on its own.</param>
    /// <exception cref="ArgumentException">A rate is below 1, or they differ by more than <see cref="MaxRatio"/>.</exception>
    public Resampler(int sourceRateHz, int targetRateHz, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sourceRateHz, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetRateHz, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if ((long)sourceRateHz * MaxRatio < targetRateHz || (long)targetRateHz * MaxRatio < sourceRateHz)
        {
            throw new ArgumentException(
                $"{sourceRateHz} Hz cannot be resampled to {targetRateHz} Hz: the rates differ by more than {MaxRatio} times.",
                nameof(targetRateHz));
        }

        SourceRateHz = sourceRateHz;
        TargetRateHz = targetRateHz;
        Channels = channels;
        _filter = new ResamplingFilter(sourceRateHz, targetRateHz);
        _windows = new float[channels][];
        for (int channel = 0; channel < channels; channel++)
        {
            _windows[channel] = new float[_filter.Taps + BlockSamples];
        }

        Reset();
    }

    /// <summary>Samples per second of the input.</summary>
    public int SourceRateHz { get; }

    /// <summary>Samples per second of the output.</summary>
    public int TargetRateHz { get; }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>Total number of output samples for a number of input samples.</summary>
    public static long OutputLength(long inputSamples, int sourceRateHz, int targetRateHz) =>
        (long)(((Int128)inputSamples * targetRateHz + sourceRateHz - 1) / sourceRateHz);

    /// <summary>Starts another stream.</summary>
    public void Reset()
    {
        // The signal is 0 before it starts.
        _windowSamples = _filter.HalfTaps - 1;
        _windowStart = -_windowSamples;
        _inputSamples = 0;
        _outputSamples = 0;
        _outputWhole = 0;
        _outputFraction = 0;
        foreach (float[] window in _windows)
        {
            Array.Clear(window);
        }
    }

    /// <summary>Upper bound of the samples per channel that <see cref="Process"/> writes for a chunk.</summary>
    public int MaxOutput(int inputSamples) => checked((int)OutputLength(inputSamples, SourceRateHz, TargetRateHz) + 1);

    /// <summary>Upper bound of the samples per channel that <see cref="Flush"/> writes.</summary>
    public int MaxFlushOutput => MaxOutput(_filter.HalfTaps);

    /// <summary>Consumes a whole chunk and writes the outputs that it completes.</summary>
    /// <param name="input">[T, C] interleaved, any T.</param>
    /// <param name="output">[at least MaxOutput(T), C] interleaved.</param>
    /// <returns>Samples per channel written.</returns>
    /// <exception cref="ArgumentException">The input is not a whole number of samples, or the output too short.</exception>
    public int Process(ReadOnlySpan<float> input, Span<float> output)
    {
        int samples = input.Length / Channels;
        if (samples * Channels != input.Length)
        {
            throw new ArgumentException($"{input.Length} values do not divide into {Channels} channels.", nameof(input));
        }

        if (output.Length / Channels < MaxOutput(samples))
        {
            throw new ArgumentException($"Room for {MaxOutput(samples)} samples per channel is needed.", nameof(output));
        }

        int written = 0;
        while (!input.IsEmpty)
        {
            int taken = Math.Min(input.Length / Channels, _windows[0].Length - _windowSamples);
            for (int channel = 0; channel < Channels; channel++)
            {
                Span<float> free = _windows[channel].AsSpan(_windowSamples, taken);
                for (int t = 0; t < taken; t++)
                {
                    free[t] = input[(t * Channels) + channel];
                }
            }

            _inputSamples += taken;
            written += Advance(taken, long.MaxValue, output[(written * Channels)..]);
            input = input[(taken * Channels)..];
        }

        return written;
    }

    /// <summary>Writes the remaining outputs at the end of the stream. Call <see cref="Reset"/> before another stream.</summary>
    /// <param name="output">[at least MaxFlushOutput, C] interleaved.</param>
    /// <returns>Samples per channel written.</returns>
    /// <exception cref="ArgumentException">The output is too short.</exception>
    public int Flush(Span<float> output)
    {
        if (output.Length / Channels < MaxFlushOutput)
        {
            throw new ArgumentException($"Room for {MaxFlushOutput} samples per channel is needed.", nameof(output));
        }

        long total = OutputLength(_inputSamples, SourceRateHz, TargetRateHz);
        int written = 0;
        while (_outputSamples < total)
        {
            int taken = _windows[0].Length - _windowSamples;
            foreach (float[] window in _windows)
            {
                window.AsSpan(_windowSamples, taken).Clear();
            }

            written += Advance(taken, total, output[(written * Channels)..]);
        }

        return written;
    }

    /// <summary>Writes every output whose inputs have arrived, then drops the inputs that no later output needs.</summary>
    private int Advance(int added, long totalOutputs, Span<float> output)
    {
        _windowSamples += added;
        int written = 0;
        long lastStart = _windowStart + _windowSamples - _filter.Taps;
        while (_outputSamples < totalOutputs)
        {
            long start = _outputWhole - (_filter.HalfTaps - 1);
            if (start > lastStart)
            {
                break;
            }

            int offset = (int)(start - _windowStart);
            for (int channel = 0; channel < Channels; channel++)
            {
                output[(written * Channels) + channel] = Output(_windows[channel].AsSpan(offset, _filter.Taps));
            }

            written++;
            StepOutput();
        }

        int unneeded = (int)Math.Clamp(_outputWhole - (_filter.HalfTaps - 1) - _windowStart, 0, _windowSamples);
        foreach (float[] window in _windows)
        {
            window.AsSpan(unneeded, _windowSamples - unneeded).CopyTo(window);
        }

        _windowSamples -= unneeded;
        _windowStart += unneeded;
        return written;
    }

    private void StepOutput()
    {
        _outputSamples++;
        _outputWhole += _filter.Down / _filter.Up;
        _outputFraction += _filter.Down % _filter.Up;
        if (_outputFraction >= _filter.Up)
        {
            _outputFraction -= _filter.Up;
            _outputWhole++;
        }
    }

    private float Output(ReadOnlySpan<float> window)
    {
        if (!_filter.Interpolates)
        {
            return Dot(window, _filter.Row(_outputFraction));
        }

        // Row position = fraction / Up * Rows, split exactly into whole and rest.
        long position = (long)_outputFraction * _filter.Rows;
        int row = (int)(position / _filter.Up);
        float rest = (float)(position % _filter.Up) / _filter.Up;
        float before = Dot(window, _filter.Row(row));
        float after = Dot(window, _filter.Row(row + 1));
        return before + (rest * (after - before));
    }

    /// <summary>Lane i of accumulator a sums the products at 32 j + 8 a + i, j rising: the same order on every processor.</summary>
    private static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Debug.Assert(x.Length == y.Length && x.Length % ResamplingFilter.TapStep == 0, "Taps are a multiple of the step.");
        Vector256<float> sum0 = default;
        Vector256<float> sum1 = default;
        Vector256<float> sum2 = default;
        Vector256<float> sum3 = default;
        for (int i = 0; i < x.Length; i += ResamplingFilter.TapStep)
        {
            ReadOnlySpan<float> a = x.Slice(i, ResamplingFilter.TapStep);
            ReadOnlySpan<float> b = y.Slice(i, ResamplingFilter.TapStep);
            sum0 += Vector256.Create(a) * Vector256.Create(b);
            sum1 += Vector256.Create(a[8..]) * Vector256.Create(b[8..]);
            sum2 += Vector256.Create(a[16..]) * Vector256.Create(b[16..]);
            sum3 += Vector256.Create(a[24..]) * Vector256.Create(b[24..]);
        }

        Vector256<float> sum = (sum0 + sum1) + (sum2 + sum3);
        Vector128<float> half = sum.GetLower() + sum.GetUpper();
        return (half[0] + half[2]) + (half[1] + half[3]);
    }
}
