namespace AudioCodec.Generation.Transformer;

/// <summary>The vector that tells a step's place: cat(cos p, sin p) with p = step / 10000^(i / (D/2 - 1)), i = 0..D/2-1.</summary>
/// <remarks>Source: arXiv 1706.03762, section 3.5, in the form of AudioCraft's <c>create_sin_embedding</c>, whose angles are rounded to single precision.</remarks>
internal sealed class SinusoidalPosition
{
    private readonly float[] _periods;

    /// <param name="width">D, even.</param>
    public SinusoidalPosition(int width)
    {
        _periods = new float[width / 2];
        for (int i = 0; i < _periods.Length; i++)
        {
            _periods[i] = (float)Math.Pow(10000, (double)i / Math.Max(1, _periods.Length - 1));
        }
    }

    /// <summary>Computes one step's vector, [D].</summary>
    public void Write(int step, Span<float> position)
    {
        int half = _periods.Length;
        for (int i = 0; i < half; i++)
        {
            (double sine, double cosine) = Math.SinCos(step / _periods[i]);
            position[i] = (float)cosine;
            position[half + i] = (float)sine;
        }
    }
}
