using AudioCodec.Codecs.Configuration;

namespace AudioCodec;

/// <summary>Description of a codec.</summary>
/// <param name="Config">The configuration of its networks.</param>
/// <param name="Status">State of its training.</param>
public sealed record CodecInfo(EncodecConfig Config, CheckpointStatus Status)
{
    /// <summary>Default bandwidth of the reference, kbit/s.</summary>
    private const double ReferenceKbps = 6;

    /// <summary>Its name, which is stored in files made with it.</summary>
    public string Name => Config.Name;

    /// <summary>Its sample rate; other audio is converted.</summary>
    public int SampleRateHz => Config.SampleRateHz;

    /// <summary>Its number of channels; other audio is converted.</summary>
    public int Channels => Config.Channels;

    /// <summary>Its bandwidths, kbit/s, ascending.</summary>
    public IReadOnlyList<double> BandwidthsKbps => Config.BandwidthsKbps;

    /// <summary>The bandwidth nearest to 6 kbit/s, which is the default.</summary>
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

    /// <summary>Whether codes depend on past samples only, which suits live streams.</summary>
    public bool IsCausal => Config.Causal;
}
