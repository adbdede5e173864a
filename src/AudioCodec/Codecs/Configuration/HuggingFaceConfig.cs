using System.Text.Json;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Reads the <c>config.json</c> of an EnCodec model in the Hugging Face transformers layout.</summary>
/// <remarks>Keys and defaults are those of transformers' EnCodec configuration. Keys that do not describe the model are ignored, as there.</remarks>
internal static class HuggingFaceConfig
{
    /// <summary>Whether JSON text is such a configuration: an object whose <c>model_type</c> is <c>encodec</c>.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("model_type", out _);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads the configuration.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <param name="codebooks">Codebooks in the checkpoint, a number that the configuration does not state.</param>
    /// <param name="source">Path, for messages.</param>
    /// <exception cref="ConfigException">A value is missing, not allowed or not supported.</exception>
    public static EncodecConfig Parse(ReadOnlySpan<byte> json, int codebooks, string source)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement, codebooks, source);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Reading text with half a surrogate pair throws InvalidOperationException.
            throw new ConfigException($"{source}: {Messages.OfJson(e)}", "", e);
        }
    }

    /// <summary>Reads the keys of a configuration, which may be part of another's.</summary>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public static EncodecConfig Read(JsonElement keys, int codebooks, string source)
    {
        var tree = new ConfigTree(JsonTree.Of(keys), source);
        string? type = tree.Text("model_type");
        if (type != "encodec")
        {
            ConfigException fault = KindOfModel.Fault("model_type", type, "encodec");
            throw new ConfigException($"{source}: {fault.Message}", fault.Key);
        }

        double trim = tree.Number("trim_right_ratio", 1);
        int dimension = tree.Integer("hidden_size", 128);
        int codebookDimension = tree.Integer("codebook_dim", dimension);
        if (trim != 1 || codebookDimension != dimension)
        {
            throw trim != 1 ? tree.Fault("trim_right_ratio", $"{trim}", "1") : tree.Fault("codebook_dim", $"{codebookDimension}", $"hidden_size, {dimension}");
        }

        int sampleRateHz = tree.Integer("sampling_rate", 24000);
        (int? segment, int? stride) = Segments(tree, sampleRateHz);
        var config = new EncodecConfig
        {
            Name = $"encodec_{sampleRateHz / 1000}khz",
            SampleRateHz = sampleRateHz,
            Channels = tree.Integer("audio_channels", 1),
            Causal = tree.Flag("use_causal_conv", true),
            Norm = Norm(tree),
            NormalizeSegments = tree.Flag("normalize", false),
            Filters = tree.Integer("num_filters", 32),
            Ratios = tree.Integers("upsampling_ratios") ?? [8, 5, 4, 2],
            KernelSize = tree.Integer("kernel_size", 7),
            LastKernelSize = tree.Integer("last_kernel_size", 7),
            ResidualKernelSize = tree.Integer("residual_kernel_size", 3),
            ResidualLayers = tree.Integer("num_residual_layers", 1),
            DilationBase = tree.Integer("dilation_growth_rate", 2),
            Compress = tree.Integer("compress", 2),
            TrueSkip = !tree.Flag("use_conv_shortcut", true),
            LstmLayers = tree.Integer("num_lstm_layers", 2),
            Padding = Padding(tree),
            Dimension = dimension,
            Codebooks = codebooks,
            CodebookSize = tree.Integer("codebook_size", 1024),
            BandwidthsKbps = tree.Numbers("target_bandwidths") ?? [1.5, 3, 6, 12, 24],
            SegmentSamples = segment,
            SegmentStrideSamples = stride,
        };
        config.Validate();
        return config;
    }

    private static (int? Segment, int? Stride) Segments(ConfigTree tree, int sampleRateHz)
    {
        double seconds = tree.Number("chunk_length_s", 0);
        double overlap = tree.Number("overlap", 0);
        if (seconds == 0)
        {
            return (null, null);
        }

        if (seconds is not (> 0 and <= 60) || overlap is not (>= 0 and <= 0.5))
        {
            throw tree.Fault("chunk_length_s", $"{seconds} with overlap {overlap}", "0 to 60 seconds with an overlap of 0 to 0.5");
        }

        int segment = (int)(seconds * sampleRateHz);
        return (segment, Math.Max(1, (int)((1 - overlap) * segment)));
    }

    private static ConvNorm Norm(ConfigTree tree) => tree.Text("norm_type") switch
    {
        null or "weight_norm" => ConvNorm.WeightNorm,
        "time_group_norm" => ConvNorm.TimeGroupNorm,
        string other => throw tree.Fault("norm_type", other, "weight_norm or time_group_norm"),
    };

    private static PaddingMode Padding(ConfigTree tree) => tree.Text("pad_mode") switch
    {
        null or "reflect" => PaddingMode.Reflect,
        "constant" or "zero" => PaddingMode.Constant,
        string other => throw tree.Fault("pad_mode", other, "reflect or constant"),
    };
}
