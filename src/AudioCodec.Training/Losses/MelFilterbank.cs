namespace AudioCodec.Training.Losses;

/// <summary>Triangular mel filters without area normalization, on the HTK scale.</summary>
/// <remarks>Source: the formula of torchaudio's <c>melscale_fbanks</c>, which the published losses use.</remarks>
internal static class MelFilterbank
{
    /// <summary>Weights, [window / 2 + 1, bands] row-major.</summary>
    public static float[] Create(int window, int bands, int sampleRateHz, double lowHz, double highHz)
    {
        int bins = (window / 2) + 1;
        double low = ToMel(lowHz);
        double step = (ToMel(highHz) - low) / (bands + 1);
        double[] corners = [.. Enumerable.Range(0, bands + 2).Select(i => ToHz(low + (i * step)))];
        var weights = new float[bins * bands];
        for (int bin = 0; bin < bins; bin++)
        {
            double frequency = (double)bin * (sampleRateHz / 2) / (bins - 1);
            for (int band = 0; band < bands; band++)
            {
                double up = (frequency - corners[band]) / (corners[band + 1] - corners[band]);
                double down = (corners[band + 2] - frequency) / (corners[band + 2] - corners[band + 1]);
                weights[(bin * bands) + band] = (float)Math.Max(0, Math.Min(up, down));
            }
        }

        return weights;
    }

    private static double ToMel(double hz) => 2595 * Math.Log10(1 + (hz / 700));

    private static double ToHz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
