using AudioCodec.Codecs.Configuration;

namespace AudioCodec;

/// <summary>What a loaded codec is.</summary>
/// <param name="Name">Its name, which files made with it carry.</param>
/// <param name="Status">How far its training is.</param>
/// <param name="SampleRateHz">Samples per second and channel that it works at; other audio is converted.</param>
/// <param name="Channels">Channels that it works with; other audio is converted.</param>
/// <param name="BandwidthsKbps">Bandwidths that it offers, kbit/s, ascending.</param>
/// <param name="FrameRateHz">Frames per second.</param>
/// <param name="HopSamples">Samples per frame and channel.</param>
/// <param name="Codebooks">Most codes per frame, K.</param>
/// <param name="CodebookSize">Entries of each codebook, N.</param>
/// <param name="LatentDimension">Values of a latent per frame, D.</param>
/// <param name="IsCausal">Whether a sample's codes depend on nothing behind it, so that it suits live streams.</param>
public sealed record CodecInfo(
    string Name,
    CheckpointStatus Status,
    int SampleRateHz,
    int Channels,
    IReadOnlyList<double> BandwidthsKbps,
    int FrameRateHz,
    int HopSamples,
    int Codebooks,
    int CodebookSize,
    int LatentDimension,
    bool IsCausal)
{
    /// <summary>What the reference uses when nothing is asked for, kbit/s.</summary>
    private const double ReferenceKbps = 6;

    /// <summary>The offered bandwidth nearest to 6 kbit/s, which is used when none is asked for.</summary>
    public double DefaultBandwidthKbps => BandwidthsKbps.MinBy(offered => Math.Abs(offered - ReferenceKbps));

    internal static CodecInfo Of(EncodecConfig config, CheckpointStatus status) => new(
        config.Name,
        status,
        config.SampleRateHz,
        config.Channels,
        [.. config.BandwidthsKbps],
        config.FrameRateHz,
        config.HopSamples,
        config.Codebooks,
        config.CodebookSize,
        config.Dimension,
        config.Causal);
}
