using System.Numerics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>Fourier transform of real signals whose length is a power of two.</summary>
/// <remarks>
/// The N real samples are packed as N/2 complex ones, transformed by an autosort (Stockham) radix-2 transform on split
/// real and imaginary arrays, and unpacked by the even/odd symmetry of a real signal's spectrum.
/// Source: Cooley and Tukey 1965; Stockham 1966 for the ordering. Accuracy: about log2(N) roundings of 2^-24 relative
/// to the largest bin. An instance is read-only after construction; any number of threads may share it.
/// </remarks>
internal sealed class Fft
{
    private readonly int _half;
    private readonly float[] _stageCos;
    private readonly float[] _stageSin;
    private readonly float[] _unpackCos;
    private readonly float[] _unpackSin;

    /// <summary>Makes the tables of one length.</summary>
    /// <param name="size">Samples N: a power of two, 2 to 2^28.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not such a number.</exception>
    public Fft(int size)
    {
        if (size < 2 || size > 1 << 28 || !BitOperations.IsPow2(size))
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "The length of the transform must be a power of two from 2 to 2^28.");
        }

        Size = size;
        _half = size / 2;
        int stageValues = Math.Max(1, _half / 2);
        (_stageCos, _stageSin) = (new float[stageValues], new float[stageValues]);
        for (int i = 0; i < stageValues; i++)
        {
            (double sin, double cos) = Math.SinCos(-2 * Math.PI * i / _half);
            (_stageCos[i], _stageSin[i]) = ((float)cos, (float)sin);
        }

        (_unpackCos, _unpackSin) = (new float[_half + 1], new float[_half + 1]);
        for (int i = 0; i <= _half; i++)
        {
            (double sin, double cos) = Math.SinCos(-2 * Math.PI * i / size);
            (_unpackCos[i], _unpackSin[i]) = ((float)cos, (float)sin);
        }
    }

    /// <summary>Samples N of the real signal.</summary>
    public int Size { get; }

    /// <summary>Bins of the spectrum, N/2 + 1.</summary>
    public int Bins => _half + 1;

    /// <summary>Floats of scratch that <see cref="Forward"/> and <see cref="Inverse"/> need, 2N.</summary>
    public int ScratchLength => 2 * Size;

    /// <summary>X[k] = sum over n of x[n] exp(-2 pi i k n / N), for k = 0 to N/2.</summary>
    /// <param name="samples">[N].</param>
    /// <param name="real">[N/2 + 1], receives the real parts.</param>
    /// <param name="imaginary">[N/2 + 1], receives the imaginary parts.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>, overwritten.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Forward(ReadOnlySpan<float> samples, Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        Check(samples.Length, real.Length, imaginary.Length, scratch.Length);
        Span<float> re = scratch[.._half], im = scratch.Slice(_half, _half);
        for (int i = 0; i < _half; i++)
        {
            re[i] = samples[2 * i];
            im[i] = samples[(2 * i) + 1];
        }

        int at = Transform(scratch, _half);
        re = scratch.Slice(at, _half);
        im = scratch.Slice(at + _half, _half);

        // Z = E + iO with E, O the spectra of the even and odd samples; X[k] = E[k] + exp(-2 pi i k / N) O[k].
        for (int k = 0; k <= _half; k++)
        {
            int a = k == _half ? 0 : k;
            int b = k == 0 ? 0 : _half - k;
            float evenRe = 0.5f * (re[a] + re[b]), evenIm = 0.5f * (im[a] - im[b]);
            float oddRe = 0.5f * (im[a] + im[b]), oddIm = 0.5f * (re[b] - re[a]);
            real[k] = evenRe + (_unpackCos[k] * oddRe) - (_unpackSin[k] * oddIm);
            imaginary[k] = evenIm + (_unpackCos[k] * oddIm) + (_unpackSin[k] * oddRe);
        }
    }

    /// <summary>The real signal of a spectrum: the inverse of <see cref="Forward"/>, factor 1/N included.</summary>
    /// <param name="real">[N/2 + 1].</param>
    /// <param name="imaginary">[N/2 + 1]; those of bins 0 and N/2 are taken as zero.</param>
    /// <param name="samples">[N], receives the signal.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>, overwritten.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Inverse(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> samples, Span<float> scratch)
    {
        Check(samples.Length, real.Length, imaginary.Length, scratch.Length);
        Span<float> re = scratch[.._half], im = scratch.Slice(_half, _half);
        for (int k = 0; k < _half; k++)
        {
            int mirror = _half - k;
            float imA = k == 0 ? 0 : imaginary[k], imB = k == 0 ? 0 : -imaginary[mirror];
            float evenRe = 0.5f * (real[k] + real[mirror]), evenIm = 0.5f * (imA + imB);
            float rotRe = 0.5f * (real[k] - real[mirror]), rotIm = 0.5f * (imA - imB);
            float oddRe = (rotRe * _unpackCos[k]) + (rotIm * _unpackSin[k]);
            float oddIm = (rotIm * _unpackCos[k]) - (rotRe * _unpackSin[k]);

            // The conjugate of E + iO, so that a forward transform and another conjugate make the inverse.
            re[k] = evenRe - oddIm;
            im[k] = -(evenIm + oddRe);
        }

        int at = Transform(scratch, _half);
        float scale = 1f / _half;
        for (int i = 0; i < _half; i++)
        {
            samples[2 * i] = scale * scratch[at + i];
            samples[(2 * i) + 1] = -scale * scratch[at + _half + i];
        }
    }

    /// <summary>Complex transform of the first half of <paramref name="scratch"/> ([2, N/2] split), ping-pong with its second half.</summary>
    /// <returns>Where in <paramref name="scratch"/> the result starts.</returns>
    private unsafe int Transform(Span<float> scratch, int n)
    {
        fixed (float* start = scratch, cos = _stageCos, sin = _stageSin)
        {
            float* from = start;
            float* to = start + (2 * n);
            for (int groups = n / 2, stride = 1; groups >= 1; groups /= 2, stride *= 2)
            {
                Simd.Run(new Stage(from, to, cos, sin, groups, stride));
                float* next = from;
                from = to;
                to = next;
            }

            return (int)(from - start);
        }
    }

    private void Check(int samples, int real, int imaginary, int scratch)
    {
        if (samples < Size || real < Bins || imaginary < Bins || scratch < ScratchLength)
        {
            throw new ArgumentException(
                $"A transform of {Size} samples needs {Size} samples, {Bins} bins twice and {ScratchLength} floats of scratch; "
                + $"given {samples}, {real}, {imaginary} and {scratch}.");
        }
    }

    private readonly unsafe struct Stage(float* x, float* y, float* cos, float* sin, int groups, int stride) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() => FloatKernels<TVec, TSimd>.FftStage(x, y, cos, sin, groups, stride);
    }
}
