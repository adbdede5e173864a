using System.Numerics;
using static AudioCodec.Codecs.Configuration.ConfigRule;

namespace AudioCodec.Codecs.Configuration;

/// <content>The values allowed. Every reader of a configuration calls <see cref="Validate"/>.</content>
public sealed partial record EncodecConfig
{
    private const int MaxHopSamples = 1 << 16;
    private const int MaxWidth = 1 << 14;

    /// <summary>Checks every value, so that later size computations cannot overflow and every layer can be built.</summary>
    /// <exception cref="ConfigException">A value is outside its range or contradicts another; the key is the one of <c>config.json</c>.</exception>
    public void Validate()
    {
        RequireName("name", Name);
        RequireRange("sample_rate_hz", SampleRateHz, 1000, 384_000);
        RequireRange("channels", Channels, 1, 8);
        RequireRange("kernel_size", KernelSize, 1, 255);
        RequireRange("last_kernel_size", LastKernelSize, 1, 255);
        RequireRange("residual_kernel_size", ResidualKernelSize, 1, 255);
        RequireRange("residual_layers", ResidualLayers, 1, 8);
        RequireRange("dilation_base", DilationBase, 1, 8);
        RequireRange("lstm_layers", LstmLayers, 0, 8);
        RequireRange("dimension", Dimension, 1, 4096);
        RequireRange("codebooks", Codebooks, 1, 256);
        RequireRange("codebook_size", CodebookSize, 2, 1 << 16);
        RequireRange("search_width", SearchWidth, 1, MaxSearchWidth);
        RequireRange("lead_in_frames", LeadInFrames, 0, SilenceFrames);
        Require(BitOperations.IsPow2(CodebookSize), "codebook_size", CodebookSize, "a power of two, because codes are packed in whole bits");
        Require(Enum.IsDefined(Norm), "norm", Norm, "weight_norm, time_group_norm or none");
        Require(Enum.IsDefined(Padding), "padding", Padding, "reflect or constant");
        Require(!Causal || Norm != ConvNorm.TimeGroupNorm, "norm", "time_group_norm", "weight_norm or none in a causal model: a norm over time looks ahead");
        Require(LeadInFrames == 0 || (Causal && SegmentSamples is null), "lead_in_frames", LeadInFrames, "0 unless the model is causal and has no segments");
        Require(SilenceLatent is null || SilenceLatent.Count == Dimension, "silence_latent", $"{SilenceLatent?.Count} numbers", $"{Dimension} numbers, as many as dimension");
        Require(SilenceLatent is null || SilenceLatent.All(float.IsFinite), "silence_latent", "not finite", "a list of finite numbers");
        ValidateStages();
        ValidateBandwidths();
        ValidateSegments();
    }

    private void ValidateStages()
    {
        Require(Ratios.Count is >= 1 and <= 8, "ratios", $"{Ratios.Count} numbers", "1 to 8 numbers");
        Require(Ratios.All(r => r is >= 1 and <= 64), "ratios", string.Join(", ", Ratios), "1 to 64 each");
        long hopSamples = Ratios.Aggregate(1L, (product, ratio) => product * ratio);
        Require(hopSamples <= Math.Min(MaxHopSamples, SampleRateHz), "ratios", $"a product of {hopSamples}", $"at most {Math.Min(MaxHopSamples, SampleRateHz)}");
        int maxFilters = MaxWidth >> Ratios.Count;
        RequireRange("filters", Filters, 1, maxFilters);
        RequireRange("compress", Compress, 1, Filters);
        double dilation = Math.Pow(DilationBase, ResidualLayers - 1) * (ResidualKernelSize - 1);
        Require(dilation <= 4096, "dilation_base", DilationBase, "residual units that span at most 4096 steps");
    }

    private void ValidateBandwidths()
    {
        Require(BandwidthsKbps.Count is >= 1 and <= 64, "bandwidths_kbps", $"{BandwidthsKbps.Count} numbers", "1 to 64 numbers");
        double previous = 0;
        foreach (double kbps in BandwidthsKbps)
        {
            Require(kbps > previous && kbps <= 10_000, "bandwidths_kbps", kbps, $"above {previous} and up to 10000, ascending");
            previous = kbps;
        }
    }

    private void ValidateSegments()
    {
        Require(SegmentSamples.HasValue == SegmentStrideSamples.HasValue, "segment_stride_samples", SegmentStrideSamples, "given exactly where segment_samples is");
        if (SegmentSamples is int segment && SegmentStrideSamples is int stride)
        {
            RequireRange("segment_samples", segment, HopSamples, 1 << 24);
            RequireRange("segment_stride_samples", stride, Math.Max(1, segment / 2), segment);
        }
    }
}
