using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Training.Configuration;

/// <summary>The <c>seanet</c> section: shape of encoder and decoder.</summary>
public sealed class SeanetSettings
{
    /// <summary>Channels after the first convolution.</summary>
    public int NFilters { get; set; } = 32;

    /// <summary>Upsampling factors in the decoder's order.</summary>
    public int[] Ratios { get; set; } = [8, 5, 4, 2];

    /// <summary>Kernel of the first convolution.</summary>
    public int KernelSize { get; set; } = 7;

    /// <summary>Kernel of the last convolution.</summary>
    public int LastKernelSize { get; set; } = 7;

    /// <summary>Kernel of the residual units' first convolution.</summary>
    public int ResidualKernelSize { get; set; } = 3;

    /// <summary>Residual units per stage.</summary>
    public int NResidualLayers { get; set; } = 1;

    /// <summary>Dilation base of the residual units.</summary>
    public int DilationBase { get; set; } = 2;

    /// <summary>Channel reduction inside residual units.</summary>
    public int Compress { get; set; } = 2;

    /// <summary>Identity shortcut instead of a 1x1 convolution.</summary>
    public bool TrueSkip { get; set; }

    /// <summary>LSTM layers; 0 for none.</summary>
    public int Lstm { get; set; } = 2;

    /// <summary><c>none</c>, <c>weight_norm</c> or <c>time_group_norm</c>.</summary>
    public string Norm { get; set; } = "weight_norm";

    /// <summary><c>constant</c> (zeros) or <c>reflect</c>.</summary>
    public string PadMode { get; set; } = "reflect";

    /// <summary>Latent dimension D.</summary>
    public int Dimension { get; set; } = 128;
}

/// <summary>The <c>quantizer</c> section.</summary>
public sealed class QuantizerSettings
{
    /// <summary>Codebooks K.</summary>
    public int NQ { get; set; } = 32;

    /// <summary>Entries N of each codebook; a power of two.</summary>
    public int Bins { get; set; } = 1024;

    /// <summary>Width of the residual search when the trained model encodes, 1 to 64; training itself searches greedily.</summary>
    public int SearchWidth { get; set; } = 1;

    /// <summary>Decay of the moving averages that make the codewords.</summary>
    public double Decay { get; set; } = 0.99;

    /// <summary>A code with fewer expected uses per step is replaced; 0 keeps all.</summary>
    public double DeadBelow { get; set; } = 0.02;

    /// <summary>First step at which latents are quantized; before it the decoder sees them as they are.</summary>
    public int StartStep { get; set; }

    /// <summary>Step from which encoder and codebooks stay as they are and the decoder is trained alone; -1 for never.</summary>
    public int FreezeStep { get; set; } = -1;

    /// <summary>Batches whose latents are pooled for k-means when quantization starts.</summary>
    public int KmeansBatches { get; set; } = 60;

    /// <summary>Rounds of k-means per level.</summary>
    public int KmeansIterations { get; set; } = 10;

    /// <summary>Relative frequency of the bandwidths (kbit/s) in training; empty draws all alike.</summary>
    public Dictionary<double, double> BandwidthWeights { get; set; } = [];

    /// <summary>Codebooks drawn at random per batch (of those that the bandwidths use); otherwise all are used.</summary>
    public bool RandomBandwidth { get; set; } = true;
}

/// <summary>What defines the codec: the keys of a file under <c>configs/models</c>.</summary>
public abstract class ModelSettings
{
    /// <summary>Name of the model, as it stands in <c>.ecdc</c> headers.</summary>
    public string Name { get; set; } = "";

    /// <summary>Samples per second, Hz.</summary>
    public int SampleRate { get; set; } = 24000;

    /// <summary>Channels C, 1 or 2.</summary>
    public int Channels { get; set; } = 1;

    /// <summary>Whether the output depends on the past only.</summary>
    public bool Causal { get; set; } = true;

    /// <summary>Whether each segment is divided by its RMS.</summary>
    public bool Normalize { get; set; }

    /// <summary>Segment length in samples; 0 for none.</summary>
    public int Segment { get; set; }

    /// <summary>Distance of segment starts in samples; 0 for none.</summary>
    public int SegmentStride { get; set; }

    /// <summary>Bandwidths in kbit/s, ascending.</summary>
    public double[] Bandwidths { get; set; } = [1.5, 3, 6, 12, 24];

    /// <summary>Encoder and decoder.</summary>
    public SeanetSettings Seanet { get; set; } = new();

    /// <summary>Quantizer.</summary>
    public QuantizerSettings Quantizer { get; set; } = new();

    /// <summary>The codec's configuration as both engines use it.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public EncodecConfig ToEncodecConfig()
    {
        Setting.Require(Name.Length > 0, "name", "is empty; a model needs a name");
        Setting.Require(SampleRate is >= 1000 and <= 384000, "sample_rate", $"is {SampleRate}; allowed is 1000 to 384000 Hz");
        Setting.Require(Channels is 1 or 2, "channels", $"is {Channels}; allowed is 1 or 2");
        Setting.Require(Seanet.NFilters is >= 1 and <= 1024, "seanet.n_filters", $"is {Seanet.NFilters}; allowed is 1 to 1024");
        Setting.Require(Seanet.Ratios.Length is >= 1 and <= 8 && Seanet.Ratios.All(r => r is >= 1 and <= 64), "seanet.ratios", "must be 1 to 8 factors of 1 to 64");
        Setting.Require(Seanet.Compress >= 1 && Seanet.NFilters % Seanet.Compress == 0, "seanet.compress", $"is {Seanet.Compress}; it must divide seanet.n_filters");
        Setting.Require(Seanet.KernelSize >= 1 && Seanet.LastKernelSize >= 1 && Seanet.ResidualKernelSize >= 1, "seanet.kernel_size", "kernels must be at least 1");
        Setting.Require(Seanet.Lstm is >= 0 and <= 8, "seanet.lstm", $"is {Seanet.Lstm}; allowed is 0 to 8");
        Setting.Require(Seanet.NResidualLayers >= 0 && Seanet.DilationBase >= 1, "seanet.n_residual_layers", "must be 0 or more, and the dilation base 1 or more");
        Setting.Require(Seanet.Dimension is >= 1 and <= 4096, "seanet.dimension", $"is {Seanet.Dimension}; allowed is 1 to 4096");
        Setting.Require(Quantizer.NQ is >= 1 and <= 64, "quantizer.n_q", $"is {Quantizer.NQ}; allowed is 1 to 64");
        Setting.Require(
            Quantizer.SearchWidth is >= 1 and <= EncodecConfig.MaxSearchWidth, "quantizer.search_width",
            $"is {Quantizer.SearchWidth}; allowed is 1 to {EncodecConfig.MaxSearchWidth}");
        Setting.Require(Quantizer.Bins is >= 2 and <= 65536 && int.IsPow2(Quantizer.Bins), "quantizer.bins", $"is {Quantizer.Bins}; it must be a power of two");
        Setting.Require(Bandwidths.Length > 0 && Bandwidths.All(b => b > 0), "bandwidths", "must name at least one bandwidth above 0 kbit/s");
        return new EncodecConfig
        {
            Name = Name,
            SampleRateHz = SampleRate,
            Channels = Channels,
            Causal = Causal,
            Norm = NormOf(Seanet.Norm),
            NormalizeSegments = Normalize,
            Filters = Seanet.NFilters,
            Ratios = Seanet.Ratios,
            KernelSize = Seanet.KernelSize,
            LastKernelSize = Seanet.LastKernelSize,
            ResidualKernelSize = Seanet.ResidualKernelSize,
            ResidualLayers = Seanet.NResidualLayers,
            DilationBase = Seanet.DilationBase,
            Compress = Seanet.Compress,
            TrueSkip = Seanet.TrueSkip,
            LstmLayers = Seanet.Lstm,
            Padding = PaddingOf(Seanet.PadMode),
            Dimension = Seanet.Dimension,
            Codebooks = Quantizer.NQ,
            CodebookSize = Quantizer.Bins,
            SearchWidth = Quantizer.SearchWidth,
            BandwidthsKbps = Bandwidths,
            SegmentSamples = Segment > 0 ? Segment : null,
            SegmentStrideSamples = SegmentStride > 0 ? SegmentStride : null,
        };
    }

    private static ConvNorm NormOf(string value) => value switch
    {
        "none" => ConvNorm.None,
        "weight_norm" => ConvNorm.WeightNorm,
        "time_group_norm" => ConvNorm.TimeGroupNorm,
        _ => throw new ConfigException($"seanet.norm: is '{value}'; allowed is none, weight_norm or time_group_norm.", "seanet.norm"),
    };

    private static PaddingMode PaddingOf(string value) => value switch
    {
        "constant" => PaddingMode.Constant,
        "reflect" => PaddingMode.Reflect,
        _ => throw new ConfigException($"seanet.pad_mode: is '{value}'; allowed is constant or reflect.", "seanet.pad_mode"),
    };
}
