using System.Numerics.Tensors;
using AudioCodec.Metrics;

namespace AudioCodec.Classification;

/// <summary>The log-mel spectrogram that a sound classifier sees, and its windows.</summary>
/// <remarks>
/// Levels are relative to the loudest point of a window, so that the volume of a recording does not matter. Read-only after construction; any
/// number of threads may share one.
/// </remarks>
internal sealed class LogMelFrames
{
    private const float LeastPower = 1e-14f;
    private const float LoudestSample = 1e6f;

    private readonly ClassifierConfig _config;
    private readonly SpectrumFrames _frames;
    private readonly MelFilterbank _filters;

    public LogMelFrames(ClassifierConfig config)
    {
        _config = config;
        _frames = new SpectrumFrames(config.FftSize, config.HopSamples, config.FftSize, config.FftSize / 2, completeLastFrame: false);
        _filters = new MelFilterbank(config.SampleRateHz, config.FftSize, config.MelBands, config.LowestHz, config.SampleRateHz / 2.0);
    }

    /// <summary>Level of silence, relative to the loudest point, in powers of ten.</summary>
    public float Floor => (float)(-_config.RangeDb / 10);

    /// <summary>Log10 power of each band: [F, bands], at least one frame. Samples that are not finite count as silence.</summary>
    /// <param name="signal">[T] at the configuration's rate.</param>
    public float[] Compute(ReadOnlySpan<float> signal)
    {
        if (signal.Length == 0 || !(Math.Abs(TensorPrimitives.MaxMagnitude(signal)) <= LoudestSample))
        {
            float[] clean = signal.Length == 0 ? [0] : signal.ToArray();
            for (int i = 0; i < clean.Length; i++)
            {
                clean[i] = float.IsFinite(clean[i]) ? Math.Clamp(clean[i], -LoudestSample, LoudestSample) : 0;
            }

            return Compute(clean);
        }

        int frames = _frames.FrameCount(signal.Length);
        var bands = new float[frames * _config.MelBands];
        var power = new float[_frames.Bins];
        var scratch = new float[_frames.ScratchLength];
        for (int f = 0; f < frames; f++)
        {
            _frames.Power(signal, f, power, scratch);
            _filters.Apply(power, bands.AsSpan(f * _config.MelBands, _config.MelBands));
        }

        // A Hann window's energy is three eighths of its length.
        TensorPrimitives.Divide(bands, 0.375f * _config.FftSize, bands);
        TensorPrimitives.Max(bands, LeastPower, bands);
        TensorPrimitives.Log10(bands, bands);
        return bands;
    }

    /// <summary>Subtracts the loudest point's level, in place. Digital silence becomes <see cref="Floor"/>; of a recording that is relative already, so do windows far below its loudest.</summary>
    public void MakeRelative(Span<float> bands) =>
        TensorPrimitives.Subtract(bands, Math.Max(TensorPrimitives.Max<float>(bands), MathF.Log10(LeastPower) - Floor), bands);

    /// <summary>What a network is given: a window's levels relative to its loudest point, in powers of ten, cut off at <see cref="Floor"/> and scaled to -2 to 2, in place.</summary>
    public void Scale(Span<float> window)
    {
        MakeRelative(window);
        TensorPrimitives.Max(window, Floor, window);
        TensorPrimitives.Multiply(window, 4 / -Floor, window);
        TensorPrimitives.Add(window, 2f, window);
    }

    /// <summary>The windows of a recording, [windows, window frames, bands] scaled: one with the recording in its middle if that is shorter, else windows at the configured distance and one at the end.</summary>
    /// <param name="bands">Log10 power of <see cref="Compute"/>, [F, bands].</param>
    public float[] Windows(ReadOnlySpan<float> bands)
    {
        int columns = _config.MelBands, frames = bands.Length / columns, length = _config.WindowFrames * columns;
        float[] relative = bands.ToArray();
        MakeRelative(relative);
        int spare = frames - _config.WindowFrames;
        int count = spare <= 0 ? 1 : 1 + ((spare + _config.WindowStepFrames - 1) / _config.WindowStepFrames);
        var windows = new float[count * length];
        if (spare <= 0)
        {
            windows.AsSpan().Fill(Floor);
            relative.CopyTo(windows.AsSpan(-spare / 2 * columns));
        }

        for (int i = 0; spare > 0 && i < count; i++)
        {
            int first = Math.Min(i * _config.WindowStepFrames, spare);
            relative.AsSpan(first * columns, length).CopyTo(windows.AsSpan(i * length));
        }

        for (int i = 0; i < count; i++)
        {
            Scale(windows.AsSpan(i * length, length));
        }

        return windows;
    }
}
