using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;

namespace AudioCodec.Generation.Configuration;

/// <summary>Reads a generator's configuration out of the <c>xp.cfg</c> of an AudioCraft package.</summary>
/// <remarks>
/// Keys are those of AudioCraft's <c>config/model/lm</c>, <c>config/conditioner</c> and <c>config/solver</c>. A setting that changes the result and is not
/// implemented here is refused by name, never ignored; one that is absent is told by the tensors.
/// </remarks>
internal static class AudioCraftGeneratorConfig
{
    private const string Description = "description";

    /// <summary>Frames per second of the codecs of all published generators; another's is told by the codec in the package.</summary>
    private const int FrameRateHz = 50;

    /// <summary>Whether a package holds a generator, rather than a codec.</summary>
    public static bool Recognizes(ConfigTree tree) => tree.Contains("transformer_lm") || tree.Contains("lm_model");

    /// <summary>Reads the configuration.</summary>
    /// <param name="tree">The package's <c>xp.cfg</c>.</param>
    /// <param name="name">A name for the model, which the package does not state.</param>
    /// <param name="textWidth">Width of the text's states, which only the tensors tell.</param>
    /// <param name="codec">The codec in the package, or <see langword="null"/> where it is elsewhere.</param>
    /// <exception cref="ConfigException">A key is missing, or has a value that is not supported.</exception>
    public static GeneratorConfig Read(ConfigTree tree, string name, int textWidth, EncodecConfig? codec)
    {
        AudioCraftSwitches.RefuseUnsupported(tree);
        int sampleRateHz = tree.Integer("sample_rate");
        int frameRateHz = codec?.FrameRateHz ?? FrameRateHz;
        int channels = Channels(tree);
        int dimension = tree.Integer("transformer_lm.dim");
        double hiddenScale = tree.Number("transformer_lm.hidden_scale", 4);
        double windowSeconds = tree.Number("dataset.segment_duration", 0);
        if (!(hiddenScale is > 0 and <= 64) || !(windowSeconds is > 0 and <= 3600))
        {
            throw hiddenScale is > 0 and <= 64
                ? tree.Fault("dataset.segment_duration", $"{windowSeconds}", "a duration in seconds up to 3600")
                : tree.Fault("transformer_lm.hidden_scale", $"{hiddenScale}", "a factor up to 64");
        }

        int windowFrames = Math.Max(1, (int)Math.Round(windowSeconds * frameRateHz));
        var transformer = new TokenModelConfig
        {
            Dimension = dimension,
            Heads = tree.Integer("transformer_lm.num_heads"),
            Layers = tree.Integer("transformer_lm.num_layers"),
            FeedForward = (int)Math.Min(int.MaxValue, hiddenScale * dimension),
            Codebooks = tree.Integer("transformer_lm.n_q"),
            CodebookSize = tree.Integer("transformer_lm.card"),
            TextWidth = textWidth,
        };
        transformer.Validated();
        return new GeneratorConfig
        {
            Name = name,
            Codec = codec?.Name ?? CodecName(tree, sampleRateHz),
            SampleRateHz = sampleRateHz,
            FrameRateHz = frameRateHz,
            Channels = channels,
            Transformer = transformer,
            Pattern = Pattern(tree, transformer.Codebooks),
            WindowFrames = windowFrames,
            Defaults = Defaults(tree, windowFrames, frameRateHz),
            TextEncoderName = LastPart(tree.Text($"conditioners.{Description}.t5.name") ?? "t5-base"),
        }.Validated();
    }

    private static int Channels(ConfigTree tree)
    {
        int channels = tree.Integer("channels", 1);
        bool interleaved = tree.Flag("interleave_stereo_codebooks.use", false);
        return (channels, interleaved) switch
        {
            (1, false) => 1,
            (2, true) => 2,
            _ => throw tree.Fault("channels", $"{channels}, with interleave_stereo_codebooks.use {interleaved}", "1, or 2 with interleaved codebooks"),
        };
    }

    /// <summary>The codec by the name it was published under, or by its sample rate, as for codecs in packages.</summary>
    private static string CodecName(ConfigTree tree, int sampleRateHz)
    {
        const string Pretrained = "//pretrained/";
        string checkpoint = tree.Text("compression_model_checkpoint") ?? "";
        return checkpoint.StartsWith(Pretrained, StringComparison.Ordinal) ? LastPart(checkpoint) : $"encodec_{sampleRateHz / 1000}khz";
    }

    private static CodebookPattern Pattern(ConfigTree tree, int codebooks)
    {
        // The first packages name it in the transformer's section, without options.
        string kind = tree.Text("codebooks_pattern.modeling") ?? tree.Text("transformer_lm.q_modeling") ?? "nothing";
        string section = $"codebooks_pattern.{kind}";
        int[] delays = Numbers(tree, $"{section}.delays");
        CodebookPattern pattern = PatternKeys.Build(() => kind switch
        {
            PatternKeys.Delay => new DelayPattern(
                delays.Length > 0 ? delays : [.. Enumerable.Range(0, codebooks)], Number(tree, $"{section}.flatten_first", 0), Number(tree, $"{section}.empty_initial", 0)),
            "parallel" => DelayPattern.Parallel(codebooks, Number(tree, $"{section}.empty_initial", 0)),
            PatternKeys.Unroll => Numbers(tree, $"{section}.flattening") is { Length: > 0 } flattening
                ? new UnrolledPattern(flattening, delays.Length > 0 ? delays : null)
                : UnrolledPattern.Flat(codebooks),
            PatternKeys.CoarseFirst => delays.Length > 0 ? new CoarseFirstPattern(delays) : new CoarseFirstPattern(codebooks),
            "musiclm" => new MusicLmPattern(codebooks, Number(tree, $"{section}.group_by", 2)),
            _ => throw tree.Fault("codebooks_pattern.modeling", kind, "delay, parallel, unroll, coarse_first or musiclm"),
        });
        return pattern.Codebooks == codebooks
            ? pattern
            : throw tree.Fault(section, $"for {pattern.Codebooks} codebooks", $"a pattern of the transformer's {codebooks}");
    }

    private static int[] Numbers(ConfigTree tree, string key) => PatternKeys.RequireBounds(key, tree.Integers(key) ?? []);

    private static int Number(ConfigTree tree, string key, int missing) => PatternKeys.RequireBounds(key, tree.Integer(key, missing))[0];

    /// <summary>Durations and strides are those of AudioCraft's <c>AudioGen</c> and <c>MusicGen</c> (models/audiogen.py, models/musicgen.py), the stride as a share of the window.</summary>
    private static GenerationDefaults Defaults(ConfigTree tree, int windowFrames, int frameRateHz)
    {
        bool sounds = tree.Text("solver") == "audiogen";
        return new GenerationDefaults
        {
            Frames = Math.Min(windowFrames, (sounds ? 5 : 15) * frameRateHz),
            StrideFrames = Math.Max(1, windowFrames * (sounds ? 1 : 3) / 5),
            Guidance = tree.Number("classifier_free_guidance.inference_coef", 3),
            Temperature = tree.Flag("generate.lm.use_sampling", true) ? tree.Number("generate.lm.temp", 1) : 0,
            TopK = tree.Integer("generate.lm.top_k", 250),
            TopP = tree.Number("generate.lm.top_p", 0),
        };
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];
}
