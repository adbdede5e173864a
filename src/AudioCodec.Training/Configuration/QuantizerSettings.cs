namespace AudioCodec.Training.Configuration;

/// <summary>The <c>quantizer</c> section: training of the codebooks.</summary>
public sealed class QuantizerSettings
{
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
