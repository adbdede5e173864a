using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Metrics;

namespace AudioCodec.Evaluation.Generation;

/// <summary>The course of a sound's loudness in 32 bands, 25 times a second: shows whether a sound is a piece of a recording.</summary>
/// <remarks>
/// Sounds are compared by the correlation of what remains when each band's mean is taken away, at the best of all shifts. The same recording has a correlation of 1, its
/// version through a codec a high one if it has events; two recordings of rain have next to none, however alike they sound.
/// </remarks>
internal sealed class SoundFingerprint
{
    private const int Bands = 32;
    private const int FftSize = 1024;
    private const double LowestHz = 80;
    private const double SecondsPerFrame = 0.04;
    private const int Parts = 2;
    private const float RangeDb = 60;

    // Below this (square decibels per value) nothing changes that could be recognized.
    private const double LeastVariance = 0.25;

    // Half a second: shorter pieces are alike by chance.
    private const int LeastFrames = 12;

    private readonly float[] _bands;
    private readonly int _frames;

    // Sums over the frames before each frame: of every band, and of all squares.
    private readonly double[] _sums;
    private readonly double[] _squares;

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

        _sums = new double[(_frames + 1) * Bands];
        _squares = new double[_frames + 1];
        for (int f = 0; f < _frames; f++)
        {
            _squares[f + 1] = _squares[f];
            for (int band = 0; band < Bands; band++)
            {
                double value = _bands[(f * Bands) + band];
                _sums[((f + 1) * Bands) + band] = _sums[(f * Bands) + band] + value;
                _squares[f + 1] += value * value;
            }
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

        float[] pattern = shorter.Centered();
        double patternPower = shorter.Power(0, frames), best = 0;
        for (int start = 0; start + frames <= longer._frames; start++)
        {
            double power = longer.Power(start, frames);
            if (Math.Min(power, patternPower) > LeastVariance * pattern.Length)
            {
                // The pattern's mean is zero in every band: the piece's need not be taken away.
                best = Math.Max(best, TensorPrimitives.Dot(pattern, longer._bands.AsSpan(start * Bands, pattern.Length)) / Math.Sqrt(power * patternPower));
            }
        }

        return 1 - Math.Min(1, best);
    }

    /// <summary>The bands without their means.</summary>
    private float[] Centered()
    {
        var centered = new float[_bands.Length];
        for (int i = 0; i < centered.Length; i++)
        {
            centered[i] = (float)(_bands[i] - (_sums[(_frames * Bands) + (i % Bands)] / _frames));
        }

        return centered;
    }

    /// <summary>Sum of squares of a piece whose bands' means are taken away.</summary>
    private double Power(int start, int frames)
    {
        double power = _squares[start + frames] - _squares[start];
        for (int band = 0; band < Bands; band++)
        {
            double sum = _sums[((start + frames) * Bands) + band] - _sums[(start * Bands) + band];
            power -= sum * sum / frames;
        }

        return power;
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
