using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Reads the codec's configuration out of the <c>xp.cfg</c> of an AudioCraft package.</summary>
/// <remarks>
/// Keys and defaults are those of AudioCraft's <c>config/model/encodec/default.yaml</c>. A setting that this library
/// does not support is refused, never replaced. AudioCraft models have one bit rate; the bandwidths are those of 1, 2, 4, … and all codebooks.
/// </remarks>
internal static class AudioCraftConfig
{
    /// <summary>Reads the configuration of a package.</summary>
    /// <param name="package">The package that holds <c>xp.cfg</c> as YAML text or as a pickled OmegaConf object.</param>
    /// <param name="source">Path of the checkpoint, for messages.</param>
    /// <exception cref="ConfigException">The configuration cannot be read, or has a setting that is not supported.</exception>
    public static EncodecConfig Read(PickleDict package, string source)
    {
        ConfigTree tree = Open(package, source);
        if (tree.Contains("transformer_lm"))
        {
            throw new ConfigException(
                $"{source}: this package holds a generator's transformer (AudioGen, MusicGen), not a codec. Its codec is in compression_state_dict.bin.", "transformer_lm");
        }

        RefuseUnsupported(tree);

        int sampleRateHz = tree.Integer(tree.Contains("encodec.sample_rate") ? "encodec.sample_rate" : "sample_rate");
        var config = new EncodecConfig
        {
            Name = $"encodec_{sampleRateHz / 1000}khz",
            SampleRateHz = sampleRateHz,
            Channels = tree.Integer(tree.Contains("seanet.channels") ? "seanet.channels" : "channels", 1),
            Causal = tree.Flag("seanet.causal", tree.Flag("encodec.causal", false)),
            Norm = Norm(tree),
            NormalizeSegments = tree.Flag("encodec.renormalize", false),
            Filters = tree.Integer("seanet.n_filters", 32),
            Ratios = tree.Integers("seanet.ratios") ?? [8, 5, 4, 2],
            KernelSize = tree.Integer("seanet.kernel_size", 7),
            LastKernelSize = tree.Integer("seanet.last_kernel_size", 7),
            ResidualKernelSize = tree.Integer("seanet.residual_kernel_size", 3),
            ResidualLayers = tree.Integer("seanet.n_residual_layers", 1),
            DilationBase = tree.Integer("seanet.dilation_base", 2),
            Compress = tree.Integer("seanet.compress", 2),
            TrueSkip = tree.Flag("seanet.true_skip", true),
            LstmLayers = tree.Integer("seanet.lstm", 2),
            Padding = Padding(tree),
            Dimension = tree.Integer("seanet.dimension", 128),
            Codebooks = tree.Integer("rvq.n_q", 8),
            CodebookSize = tree.Integer("rvq.bins", 1024),
            BandwidthsKbps = [1],
        };
        config.Validate();
        return config with { BandwidthsKbps = Bandwidths(config) };
    }

    /// <summary>Opens the <c>xp.cfg</c> of a package.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    /// <exception cref="ConfigException">The configuration cannot be read.</exception>
    public static ConfigTree Open(PickleDict package, string source)
    {
        object? raw = package.Get("xp.cfg");
        object? root = raw is string yaml ? YamlSubset.Parse(yaml, source) : OmegaConfTree.Convert(raw, source);
        return new ConfigTree(root, $"{source}: xp.cfg");
    }

    /// <summary>The bandwidths at which 1, 2, 4, … and all codebooks are used.</summary>
    internal static double[] Bandwidths(EncodecConfig config)
    {
        var bandwidths = new List<double>();
        for (int codebooks = 1; ; codebooks = Math.Min(codebooks * 2, config.Codebooks))
        {
            double kbps = config.BitrateKbps(codebooks);

            // The number of codebooks is floored, so a bandwidth that was rounded down would lose one.
            bandwidths.Add(config.CodebooksFor(kbps) == codebooks ? kbps : Math.BitIncrement(kbps));
            if (codebooks == config.Codebooks)
            {
                return [.. bandwidths];
            }
        }
    }

    private static void RefuseUnsupported(ConfigTree tree)
    {
        RequireText(tree, "compression_model", "encodec");
        RequireText(tree, "encodec.autoencoder", "seanet");
        RequireText(tree, "encodec.quantizer", "rvq");
        RequireText(tree, "seanet.activation", "ELU");
        RequireNumber(tree, "seanet.activation_params.alpha", 1);
        RequireNumber(tree, "seanet.decoder.trim_right_ratio", 1);
        RequireNumber(tree, "seanet.disable_norm_outer_blocks", 0);
        foreach (string key in tree.FilledKeys("seanet.encoder").Select(k => $"seanet.encoder.{k}")
            .Concat(tree.FilledKeys("seanet.decoder").Where(k => k != "trim_right_ratio").Select(k => $"seanet.decoder.{k}")))
        {
            throw tree.Fault(key, "set", "nothing: encoder and decoder share their settings here");
        }
    }

    private static void RequireText(ConfigTree tree, string key, string expected)
    {
        if (tree.Text(key) is string found && found != expected)
        {
            throw tree.Fault(key, found, expected);
        }
    }

    private static void RequireNumber(ConfigTree tree, string key, double expected)
    {
        double found = tree.Number(key, expected);
        if (found != expected)
        {
            throw tree.Fault(key, $"{found}", $"{expected}");
        }
    }

    private static ConvNorm Norm(ConfigTree tree) => tree.Text("seanet.norm") switch
    {
        null or "weight_norm" => ConvNorm.WeightNorm,
        "time_group_norm" => ConvNorm.TimeGroupNorm,
        "none" => ConvNorm.None,
        string other => throw tree.Fault("seanet.norm", other, "weight_norm, time_group_norm or none"),
    };

    private static PaddingMode Padding(ConfigTree tree) => tree.Text("seanet.pad_mode") switch
    {
        null or "constant" => PaddingMode.Constant,
        "reflect" => PaddingMode.Reflect,
        string other => throw tree.Fault("seanet.pad_mode", other, "constant or reflect"),
    };
}
