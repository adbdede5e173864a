namespace AudioCodec.Metrics;

/// <summary>Triangular filters that are evenly spaced on the mel scale and 1 at their peak.</summary>
/// <remarks>
/// Mel scale m(f) = 2595 log10(1 + f/700) (O'Shaughnessy 1987, "HTK"); filter j rises from point j to point j+1 and falls to
/// point j+2 of <c>bands + 2</c> points from the lowest to the highest frequency. No area normalization.
/// </remarks>
internal sealed class MelFilterbank
{
    private readonly int _bins;
    private readonly int[] _firstBin;
    private readonly float[][] _weights;

    /// <summary>Makes the filters.</summary>
    /// <param name="sampleRateHz">Samples per second.</param>
    /// <param name="fftSize">Length of the transform; bin k lies at k * rate / size.</param>
    /// <param name="bands">Number of filters.</param>
    /// <param name="lowestHz">Lower edge of the first filter.</param>
    /// <param name="highestHz">Upper edge of the last filter.</param>
    public MelFilterbank(int sampleRateHz, int fftSize, int bands, double lowestHz, double highestHz)
    {
        _bins = (fftSize / 2) + 1;
        _firstBin = new int[bands];
        _weights = new float[bands][];
        double low = ToMel(lowestHz), step = (ToMel(highestHz) - low) / (bands + 1);
        for (int j = 0; j < bands; j++)
        {
            double left = ToHz(low + (j * step)), peak = ToHz(low + ((j + 1) * step)), right = ToHz(low + ((j + 2) * step));
            var weights = new List<float>();
            for (int k = 0; k < _bins; k++)
            {
                double hz = (double)k * sampleRateHz / fftSize;
                double weight = Math.Min((hz - left) / (peak - left), (right - hz) / (right - peak));
                if (weight > 0)
                {
                    _firstBin[j] = weights.Count == 0 ? k : _firstBin[j];
                    weights.Add((float)weight);
                }
            }

            _weights[j] = [.. weights];
        }
    }

    /// <summary>Number of filters.</summary>
    public int Bands => _weights.Length;

    /// <summary>Power in each band.</summary>
    /// <param name="power">[N/2 + 1] squared magnitudes.</param>
    /// <param name="bands">[<see cref="Bands"/>], receives the sums.</param>
    public void Apply(ReadOnlySpan<float> power, Span<float> bands)
    {
        for (int j = 0; j < _weights.Length; j++)
        {
            bands[j] = System.Numerics.Tensors.TensorPrimitives.Dot(_weights[j], power.Slice(_firstBin[j], _weights[j].Length));
        }
    }

    /// <summary>All weights, [N/2 + 1, <see cref="Bands"/>] row-major.</summary>
    public float[] ToMatrix()
    {
        var matrix = new float[_bins * Bands];
        for (int j = 0; j < Bands; j++)
        {
            for (int i = 0; i < _weights[j].Length; i++)
            {
                matrix[((_firstBin[j] + i) * Bands) + j] = _weights[j][i];
            }
        }

        return matrix;
    }

    private static double ToMel(double hz) => 2595 * Math.Log10(1 + (hz / 700));

    private static double ToHz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
