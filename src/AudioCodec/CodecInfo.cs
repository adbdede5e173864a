using AudioCodec.Codecs.Configuration;

namespace AudioCodec;

/// <summary>What a codec is.</summary>
/// <param name="Config">The configuration of its networks.</param>
/// <param name="Status">How far its training is.</param>
public sealed record CodecInfo(EncodecConfig Config, CheckpointStatus Status)
{
    /// <summary>What the reference uses when nothing is asked for, kbit/s.</summary>
    private const double ReferenceKbps = 6;

    /// <summary>Its name, which files made with it carry.</summary>
    public string Name => Config.Name;

    /// <summary>Samples per second and channel that it works at; other audio is converted.</summary>
    public int SampleRateHz => Config.SampleRateHz;

    /// <summary>Channels that it works with; other audio is converted.</summary>
    public int Channels => Config.Channels;

    /// <summary>Bandwidths that it offers, kbit/s, ascending.</summary>
    public IReadOnlyList<double> BandwidthsKbps => Config.BandwidthsKbps;

    /// <summary>The offered bandwidth nearest to 6 kbit/s, which is used when none is asked for.</summary>
    public double DefaultBandwidthKbps => BandwidthsKbps.MinBy(offered => Math.Abs(offered - ReferenceKbps));

    /// <summary>Frames per second.</summary>
    public int FrameRateHz => Config.FrameRateHz;

    /// <summary>Samples per frame and channel.</summary>
    public int HopSamples => Config.HopSamples;

    /// <summary>Most codes per frame, K.</summary>
    public int Codebooks => Config.Codebooks;

    /// <summary>Entries of each codebook, N.</summary>
    public int CodebookSize => Config.CodebookSize;

    /// <summary>Values of a latent per frame, D.</summary>
    public int LatentDimension => Config.Dimension;

    /// <summary>Whether a sample's codes depend on nothing behind it, so that it suits live streams.</summary>
    public bool IsCausal => Config.Causal;
}
