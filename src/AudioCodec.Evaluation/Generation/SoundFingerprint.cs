using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Metrics;

namespace AudioCodec.Evaluation.Generation;

/// <summary>The course of a sound's loudness in 16 bands, ten times a second: enough to recognize a recording in what a model has learned by heart.</summary>
/// <remarks>
/// Sounds are compared by the correlation of what remains when each band's mean is taken away, at the best of all shifts. A recording and its version
/// through a codec have a correlation near 1; two recordings of rain have none, however alike they sound.
/// </remarks>
internal sealed class SoundFingerprint
{
    private const int Bands = 16;
    private const int FftSize = 1024;
    private const double LowestHz = 80;
    private const double SecondsPerFrame = 0.1;
    private const int Parts = 5;
    private const float RangeDb = 60;

    // Below this (square decibels per value) nothing changes that could be recognized.
    private const double LeastVariance = 0.25;

    // Shorter pieces are alike by chance.
    private const int LeastFrames = 5;

    private readonly float[] _bands;
    private readonly int _frames;

    /// <summary>Makes the fingerprint of a mono recording.</summary>
    public SoundFingerprint(AudioBuffer audio)
    {
        int hop = Math.Max(1, (int)(audio.SampleRateHz * SecondsPerFrame / Parts));
        Spectrogram spectrogram = Spectrogram.Compute(audio.Channel(0), FftSize, hop);
        _frames = spectrogram.Frames / Parts;
        _bands = new float[_frames * Bands];
        int[] edges = Edges(spectrogram.Bins, audio.SampleRateHz);
        for (int f = 0; f < _frames * Parts; f++)
        {
            for (int band = 0; band < Bands; band++)
            {
                ReadOnlySpan<float> bins = spectrogram.Decibels.AsSpan((f * spectrogram.Bins) + edges[band], edges[band + 1] - edges[band]);
                _bands[(f / Parts * Bands) + band] += TensorPrimitives.Sum(bins) / bins.Length / Parts;
            }
        }

        // What lies far below the loudest point is noise of a codec or a recorder.
        if (_bands.Length > 0)
        {
            TensorPrimitives.Max(_bands, TensorPrimitives.Max<float>(_bands) - RangeDb, _bands);
        }
    }

    /// <summary>Distance to another sound: 1 less the correlation at the best shift, 0 to 1; 1 where one of them is too short or too even to tell.</summary>
    public double DistanceTo(SoundFingerprint other)
    {
        (SoundFingerprint shorter, SoundFingerprint longer) = _frames <= other._frames ? (this, other) : (other, this);
        int frames = shorter._frames;
        if (frames < LeastFrames)
        {
            return 1;
        }

        float[] pattern = shorter._bands.AsSpan().ToArray();
        double patternPower = Center(pattern);
        var piece = new float[pattern.Length];
        double best = 0;
        for (int start = 0; start + frames <= longer._frames; start++)
        {
            longer._bands.AsSpan(start * Bands, piece.Length).CopyTo(piece);
            double power = Center(piece);
            if (Math.Min(power, patternPower) > LeastVariance * piece.Length)
            {
                best = Math.Max(best, TensorPrimitives.Dot<float>(pattern, piece) / Math.Sqrt(power * patternPower));
            }
        }

        return 1 - Math.Min(1, best);
    }

    /// <summary>Takes each band's mean away.</summary>
    /// <returns>Sum of squares of what is left.</returns>
    private static double Center(float[] bands)
    {
        Span<float> mean = stackalloc float[Bands];
        mean.Clear();
        for (int i = 0; i < bands.Length; i += Bands)
        {
            TensorPrimitives.Add(mean, bands.AsSpan(i, Bands), mean);
        }

        TensorPrimitives.Divide(mean, bands.Length / Bands, mean);
        for (int i = 0; i < bands.Length; i += Bands)
        {
            TensorPrimitives.Subtract(bands.AsSpan(i, Bands), mean, bands.AsSpan(i, Bands));
        }

        return TensorPrimitives.SumOfSquares<float>(bands);
    }

    /// <summary>First bins of the bands, which are evenly spaced in octaves; each has a bin at least.</summary>
    private static int[] Edges(int bins, int sampleRateHz)
    {
        var edges = new int[Bands + 1];
        double lowest = LowestHz * FftSize / sampleRateHz;
        for (int i = 0; i <= Bands; i++)
        {
            int bin = (int)Math.Round(lowest * Math.Pow((bins - 1) / lowest, (double)i / Bands));
            edges[i] = Math.Min(i == 0 ? Math.Max(1, bin) : Math.Max(edges[i - 1] + 1, bin), bins - Bands + i);
        }

        return edges;
    }
}
