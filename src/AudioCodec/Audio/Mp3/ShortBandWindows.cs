using System.Reflection;
using System.Runtime.CompilerServices;
using NLayer;

namespace AudioCodec.Audio.Mp3;

/// <summary>Completes a table of NLayer's that stops before the last band of short blocks.</summary>
/// <remarks>
/// NLayer 3.0.1 looks up there which of three windows a value belongs to, and takes the first one's gain for all of the last band: loud sounds
/// above 16 kHz come out wrong (25 dB against other decoders where it should be 120). A release of NLayer that names the table otherwise is left as it is.
/// </remarks>
internal static class ShortBandWindows
{
    private const int Lines = 192;

    private static readonly FieldInfo? s_layer = typeof(MpegFrameDecoder).GetField("_layerIIIDecoder", BindingFlags.NonPublic | BindingFlags.Instance);

    /// <summary>Completes the table.</summary>
    /// <param name="decoder">A decoder that has decoded a frame of that rate, which is when it makes the table.</param>
    /// <param name="sampleRateHz">The rate.</param>
    public static void Complete(MpegFrameDecoder decoder, int sampleRateHz)
    {
        if (s_layer?.GetValue(decoder) is not object layer)
        {
            return;
        }

        int start = LastBandStart(sampleRateHz);
        try
        {
            Span<byte> last = Windows(layer).AsSpan(3 * start, 3 * (Lines - start));
            for (int i = 0; i < last.Length; i++)
            {
                last[i] = (byte)(i / (Lines - start));
            }
        }
        catch (Exception exception) when (exception is MissingFieldException or TypeLoadException)
        {
            // Another release.
        }
    }

    /// <summary>First of the 192 lines in the last band. Source: ISO 11172-3, table B.8 and ISO 13818-3.</summary>
    private static int LastBandStart(int sampleRateHz) => sampleRateHz switch
    {
        44100 => 136,
        48000 => 126,
        32000 or 24000 => 180,
        _ => 174,
    };

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_cbwLookupS")]
    private static extern ref byte[] Windows([UnsafeAccessorType("NLayer.Decoder.LayerIIIDecoder, NLayer")] object layer);
}
