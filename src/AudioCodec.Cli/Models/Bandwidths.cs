using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Models;

/// <summary>Which bandwidth a compression uses.</summary>
internal static class Bandwidths
{
    /// <summary>What the reference uses when nothing is asked for, kbit/s.</summary>
    private const double DefaultKbps = 6;

    /// <summary>The bandwidth asked for, or the offered one that is nearest to the reference's default.</summary>
    /// <exception cref="UsageException">The model does not offer what was asked for.</exception>
    public static double Choose(EncodecConfig config, double? askedKbps)
    {
        if (askedKbps is not double kbps)
        {
            return config.BandwidthsKbps.MinBy(offered => Math.Abs(offered - DefaultKbps));
        }

        return config.BandwidthsKbps.Contains(kbps)
            ? kbps
            : throw new UsageException($"Model '{config.Name}' offers {string.Join(", ", config.BandwidthsKbps)} kbit/s, not {kbps}.");
    }
}
