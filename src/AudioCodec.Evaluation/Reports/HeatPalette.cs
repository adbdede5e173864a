namespace AudioCodec.Evaluation.Reports;

/// <summary>256 colours from near-black over violet, red and orange to pale yellow, whose lightness rises steadily.</summary>
/// <remarks>Lightness carries the value, so that the picture reads the same in grey and for the colour-blind.</remarks>
public static class HeatPalette
{
    /// <summary>[256, 3] red, green, blue.</summary>
    public static byte[] Colors { get; } = Make();

    private static byte[] Make()
    {
        (double At, byte R, byte G, byte B)[] stops =
        [
            (0.00, 4, 3, 16), (0.15, 32, 14, 78), (0.30, 82, 20, 112), (0.45, 140, 38, 112),
            (0.60, 200, 60, 88), (0.75, 240, 112, 64), (0.88, 252, 178, 90), (1.00, 254, 246, 200),
        ];
        var colors = new byte[256 * 3];
        int stop = 0;
        for (int i = 0; i < 256; i++)
        {
            double at = i / 255.0;
            while (stop < stops.Length - 2 && at > stops[stop + 1].At)
            {
                stop++;
            }

            var (a, b) = (stops[stop], stops[stop + 1]);
            double t = (at - a.At) / (b.At - a.At);
            colors[3 * i] = Mix(a.R, b.R, t);
            colors[(3 * i) + 1] = Mix(a.G, b.G, t);
            colors[(3 * i) + 2] = Mix(a.B, b.B, t);
        }

        return colors;
    }

    private static byte Mix(byte a, byte b, double t) => (byte)Math.Round(a + ((b - a) * t));
}
