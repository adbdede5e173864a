using System.Numerics.Tensors;
using AudioCodec.Audio;

namespace AudioCodec.Metrics;

/// <summary>Multi-resolution STFT distance: spectral convergence plus log-magnitude difference; 0 is best.</summary>
/// <remarks>
/// At each of three resolutions (FFT 1024, 2048, 512; hop 120, 240, 50; Hann window 600, 1200, 240, centred frames, the signal
/// mirrored by half an FFT at both ends) with magnitudes M = sqrt(max(|X|^2, 1e-7)):
/// convergence = |M_ref - M_est|_F / (|M_ref|_F + e) over all channels together, and log difference = mean |ln(e + M_ref) - ln(e + M_est)|,
/// e = 2^-23. The value is half the sum of their means over resolutions.
/// Source: Yamamoto et al., Parallel WaveGAN (arXiv 1910.11480), equations 4 to 6, with the sizes of AudioCraft's recipe.
/// The sizes are samples, whatever the rate. Edges: NaN for empty signals; silence against silence is 0.
/// </remarks>
public static class MultiResolutionStftDistance
{
    private const float LowestPower = 1e-7f;
    private const float Epsilon = 1.1920929e-7f;

    private static readonly SpectrumFrames[] s_resolutions =
    [
        new(1024, 120, 600, 512, completeLastFrame: false),
        new(2048, 240, 1200, 1024, completeLastFrame: false),
        new(512, 50, 240, 256, completeLastFrame: false),
    ];

    /// <summary>The distance over all channels.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="estimate">Of the same rate, channels and length.</param>
    /// <returns>The distance, without unit.</returns>
    /// <exception cref="ArgumentException">The buffers differ in rate, channels or length.</exception>
    public static double Compute(AudioBuffer reference, AudioBuffer estimate)
    {
        SignalPair.RequireSameShape(reference, estimate);
        if (reference.LengthSamples == 0)
        {
            return double.NaN;
        }

        double convergence = 0, logDifference = 0;
        foreach (SpectrumFrames resolution in s_resolutions)
        {
            var sums = new Sums();
            for (int c = 0; c < reference.Channels; c++)
            {
                sums.Add(resolution, reference.Channel(c), estimate.Channel(c));
            }

            convergence += Math.Sqrt(sums.SquaredDifference) / (Math.Sqrt(sums.SquaredReference) + Epsilon);
            logDifference += sums.LogDifference / sums.Count;
        }

        return (convergence + logDifference) / (2 * s_resolutions.Length);
    }

    private sealed class Sums
    {
        public double SquaredDifference { get; private set; }

        public double SquaredReference { get; private set; }

        public double LogDifference { get; private set; }

        public long Count { get; private set; }

        public void Add(SpectrumFrames frames, ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
        {
            var a = new float[frames.Bins];
            var b = new float[frames.Bins];
            var scratch = new float[frames.ScratchLength];
            int count = frames.FrameCount(reference.Length);
            for (int f = 0; f < count; f++)
            {
                Magnitudes(frames, reference, f, a, scratch);
                Magnitudes(frames, estimate, f, b, scratch);
                SquaredReference += TensorPrimitives.SumOfSquares<float>(a);
                float distance = TensorPrimitives.Distance<float>(a, b);
                SquaredDifference += (double)distance * distance;
                Log(a);
                Log(b);
                TensorPrimitives.Subtract(a, b, a);
                LogDifference += TensorPrimitives.SumOfMagnitudes<float>(a);
            }

            Count += (long)count * frames.Bins;
        }

        private static void Magnitudes(SpectrumFrames frames, ReadOnlySpan<float> signal, int frame, Span<float> values, Span<float> scratch)
        {
            frames.Power(signal, frame, values, scratch);
            TensorPrimitives.Max(values, LowestPower, values);
            TensorPrimitives.Sqrt(values, values);
        }

        private static void Log(Span<float> magnitudes)
        {
            TensorPrimitives.Add(magnitudes, Epsilon, magnitudes);
            TensorPrimitives.Log(magnitudes, magnitudes);
        }
    }
}
