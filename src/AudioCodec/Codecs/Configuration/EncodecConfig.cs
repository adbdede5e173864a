using System.Numerics;
using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs.Configuration;

/// <summary>How convolution layers are normalized.</summary>
public enum ConvNorm
{
    /// <summary>No normalization: plain <c>weight</c> and <c>bias</c>.</summary>
    None,

    /// <summary>Weight normalization: <c>weight_g</c>, <c>weight_v</c>, folded at load.</summary>
    WeightNorm,

    /// <summary>Group normalization with one group over channels and time.</summary>
    TimeGroupNorm,
}

/// <summary>Padding beyond the ends of the signal.</summary>
public enum PaddingMode
{
    /// <summary>Zeros.</summary>
    Constant,

    /// <summary>The signal mirrored at its first and last sample (with zeros added where it is too short to mirror).</summary>
    Reflect,
}

/// <summary>Everything that defines a codec of the EnCodec family. Its properties in snake case are the keys of <c>config.json</c> and of a recipe's <c>model</c> section.</summary>
/// <remarks>Source: High Fidelity Neural Audio Compression (arXiv 2210.13438), section 3; the constants are the official models'.</remarks>
public sealed partial record EncodecConfig
{
    /// <summary>Greatest width of the residual search.</summary>
    public const int MaxSearchWidth = 64;

    /// <summary>Frames of silence after which an encoder gives the latents of silence, for <see cref="LeadInFrames"/>.</summary>
    internal const int SilenceFrames = 32;

    /// <summary>Name in the <c>.ecdc</c> header, such as <c>encodec_24khz</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Samples per second and channel.</summary>
    public required int SampleRateHz { get; init; }

    /// <summary>Audio channels C.</summary>
    public required int Channels { get; init; }

    /// <summary>Whether all padding is on the left, so that output depends on the past only.</summary>
    public required bool Causal { get; init; }

    /// <summary>Normalization of the convolutions.</summary>
    public required ConvNorm Norm { get; init; }

    /// <summary>Whether each segment is divided by its RMS, which is then stored as the segment's scale.</summary>
    public bool NormalizeSegments { get; init; }

    /// <summary>Channels after the first convolution; doubled at each stage.</summary>
    public int Filters { get; init; } = 32;

    /// <summary>Upsampling factors in the decoder's order; the encoder downsamples in reverse.</summary>
    public IReadOnlyList<int> Ratios { get; init; } = [8, 5, 4, 2];

    /// <summary>Kernel of the first convolution.</summary>
    public int KernelSize { get; init; } = 7;

    /// <summary>Kernel of the last convolution.</summary>
    public int LastKernelSize { get; init; } = 7;

    /// <summary>Kernel of the residual units' first convolution.</summary>
    public int ResidualKernelSize { get; init; } = 3;

    /// <summary>Residual units per stage.</summary>
    public int ResidualLayers { get; init; } = 1;

    /// <summary>Dilation base: residual unit j of a stage dilates by this to the power j.</summary>
    public int DilationBase { get; init; } = 2;

    /// <summary>Channel reduction inside residual units.</summary>
    public int Compress { get; init; } = 2;

    /// <summary>Whether residual units use an identity shortcut rather than a 1x1 convolution.</summary>
    public bool TrueSkip { get; init; }

    /// <summary>LSTM layers between convolutions and latent; 0 for none.</summary>
    public int LstmLayers { get; init; } = 2;

    /// <summary>Padding of the convolutions.</summary>
    public PaddingMode Padding { get; init; } = PaddingMode.Reflect;

    /// <summary>Latent dimension D.</summary>
    public int Dimension { get; init; } = 128;

    /// <summary>Number of codebooks K that the quantizer has.</summary>
    public required int Codebooks { get; init; }

    /// <summary>Entries N of each codebook.</summary>
    public int CodebookSize { get; init; } = 1024;

    /// <summary>Bandwidths, kbit/s, ascending.</summary>
    public required IReadOnlyList<double> BandwidthsKbps { get; init; }

    /// <summary>Length of a segment in samples, or <see langword="null"/> where the whole file is one.</summary>
    public int? SegmentSamples { get; init; }

    /// <summary>Distance between the starts of segments in samples, or <see langword="null"/>.</summary>
    public int? SegmentStrideSamples { get; init; }

    /// <summary>Whether audio is coded in pieces that do not depend on each other: segments, or the whole of it where a model normalizes over time without segments.</summary>
    internal bool IsSegmented => SegmentSamples is not null || Norm == ConvNorm.TimeGroupNorm;

    /// <summary>
    /// Partial sums that the residual search keeps per frame unless a caller says otherwise, 1 to 64. 1 is the reference's greedy
    /// search; more brings the codes nearer to the latents at a cost in proportion. Decoding does not depend on it.
    /// </summary>
    public int SearchWidth { get; init; } = 1;

    /// <summary>
    /// Frames of silence that a fresh decoder decodes, and drops, before the first frame, 0 to 32, so that a signal starts out of silence rather than out of the padding of
    /// the layers, which some models sound. 0, as in the official models, starts at once. For causal models without segments. Codes do not depend on it.
    /// </summary>
    public int LeadInFrames { get; init; }

    /// <summary>
    /// The latent that the encoder gives in silence, [<see cref="Dimension"/>], for <see cref="LeadInFrames"/>; <see langword="null"/> to encode silence where it is needed, which takes
    /// the encoder's weights into memory for decoding alone.
    /// </summary>
    public IReadOnlyList<float>? SilenceLatent { get; init; }

    /// <summary>
    /// Fingerprint of encoder and codebooks before they were stored in half precision, or <see langword="null"/> where they were not: what was trained on
    /// the codes of a run goes with the run's exported model.
    /// </summary>
    internal WeightsFingerprint? RoundedFrom { get; init; }

    /// <summary>Samples per frame: the product of <see cref="Ratios"/>.</summary>
    public int HopSamples => Ratios.Aggregate(1, (a, b) => a * b);

    /// <summary>Frames per second, rounded up as the reference does.</summary>
    public int FrameRateHz => (SampleRateHz + HopSamples - 1) / HopSamples;

    /// <summary>Bits of one code.</summary>
    public int BitsPerCode => BitOperations.Log2((uint)CodebookSize);

    /// <summary>Frames of a piece of <paramref name="lengthSamples"/>: <c>ceil(length * frame rate / sample rate)</c>.</summary>
    public long FrameCount(long lengthSamples) =>
        (long)(((Int128)lengthSamples * FrameRateHz + SampleRateHz - 1) / SampleRateHz);

    /// <summary>Codebooks used at a bandwidth: <c>max(1, floor(1000 * kbps / (frame rate * bits per code)))</c>, at most all.</summary>
    public int CodebooksFor(double bandwidthKbps) =>
        Math.Clamp((int)Math.Floor(bandwidthKbps * 1000 / (FrameRateHz * BitsPerCode)), 1, Codebooks);

    /// <summary>Codebooks of one of the model's bandwidths.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model does not offer it.</exception>
    public int RequireBandwidth(double bandwidthKbps) => BandwidthsKbps.Contains(bandwidthKbps)
        ? CodebooksFor(bandwidthKbps)
        : throw new ArgumentOutOfRangeException(
            nameof(bandwidthKbps), bandwidthKbps, $"Model '{Name}' offers {string.Join(", ", BandwidthsKbps)} kbit/s.");

    /// <summary>Bit rate of <paramref name="codebooks"/> codebooks without entropy coding, kbit/s.</summary>
    public double BitrateKbps(int codebooks) => codebooks * BitsPerCode * FrameRateHz / 1000.0;

    /// <summary>The official 24 kHz mono model.</summary>
    public static EncodecConfig Encodec24Khz { get; } = new()
    {
        Name = "encodec_24khz",
        SampleRateHz = 24000,
        Channels = 1,
        Causal = true,
        Norm = ConvNorm.WeightNorm,
        Codebooks = 32,
        BandwidthsKbps = [1.5, 3, 6, 12, 24],
    };

    /// <summary>The official 48 kHz stereo model.</summary>
    public static EncodecConfig Encodec48Khz { get; } = new()
    {
        Name = "encodec_48khz",
        SampleRateHz = 48000,
        Channels = 2,
        Causal = false,
        Norm = ConvNorm.TimeGroupNorm,
        NormalizeSegments = true,
        Codebooks = 16,
        BandwidthsKbps = [3, 6, 12, 24],
        SegmentSamples = 48000,
        SegmentStrideSamples = 47520,
    };
}
