using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AudioCodec.Audio;

/// <summary>Samples without a header, as pipes carry them: <c>s16le:24000:1</c> is encoding, sample rate in Hz and channels.</summary>
/// <param name="Encoding">How one sample is stored.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="Channels">Number of interleaved channels.</param>
public sealed record RawPcmFormat(PcmEncoding Encoding, bool BigEndian, int SampleRateHz, int Channels)
{
    private const string Expected =
        "expected ENCODING:RATE:CHANNELS such as s16le:24000:1, where ENCODING is u8, s8, or one of s16, s24, s32, f32, f64 "
        + "followed by le or be";

    /// <summary>Reads the notation of ffmpeg's sample formats with rate and channels after colons.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message says what is.</exception>
    public static RawPcmFormat Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out RawPcmFormat? format)
            ? format
            : throw new FormatException($"'{text}' is not a raw sample format: {Expected}.");
    }

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RawPcmFormat? format)
    {
        format = null;
        string[] parts = text?.Split(':') ?? [];
        if (parts.Length != 3
            || !TryParseEncoding(parts[0], out PcmEncoding encoding, out bool bigEndian)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int sampleRateHz)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int channels)
            || sampleRateHz is 0 or > SampleRates.MaxHz
            || channels is 0 or > 1024)
        {
            return false;
        }

        format = new RawPcmFormat(encoding, bigEndian, sampleRateHz, channels);
        return true;
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        string order = PcmSamples.BytesPerSample(Encoding) == 1 ? "" : BigEndian ? "be" : "le";
        return string.Create(CultureInfo.InvariantCulture, $"{Encoding.ToString().ToLowerInvariant()}{order}:{SampleRateHz}:{Channels}");
    }

    private static bool TryParseEncoding(string text, out PcmEncoding encoding, out bool bigEndian)
    {
        bigEndian = text.EndsWith("be", StringComparison.OrdinalIgnoreCase);
        bool stated = bigEndian || text.EndsWith("le", StringComparison.OrdinalIgnoreCase);
        string name = stated ? text[..^2] : text;
        return Enum.TryParse(name, ignoreCase: true, out encoding)
            && Enum.IsDefined(encoding)
            && !char.IsAsciiDigit(name[0])
            && stated == (PcmSamples.BytesPerSample(encoding) > 1);
    }
}
