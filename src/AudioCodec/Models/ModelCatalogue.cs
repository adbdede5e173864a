namespace AudioCodec.Models;

/// <summary>The models that this library knows by name.</summary>
public static class ModelCatalogue
{
    /// <summary>The codec that ships with the program and is used unless another is asked for.</summary>
    public const string BundledCodec = "audiocodec_24khz";

    /// <summary>The entropy model of <see cref="BundledCodec"/>.</summary>
    public const string BundledEntropyModel = "audiocodec_24khz_lm";

    /// <summary>The classifier that judges generators; it ships with the program.</summary>
    public const string BundledJudge = "audiocodec_judge_esc10";

    /// <summary>A smaller codec that ships too, for slow machines.</summary>
    internal const string SmallCodec = "audiocodec_24khz_small";

    /// <summary>The entropy model of <see cref="SmallCodec"/>.</summary>
    internal const string SmallEntropyModel = "audiocodec_24khz_small_lm";

    /// <summary>Name of the codec's file in an AudioCraft package.</summary>
    internal const string PackageCodec = "compression_state_dict.bin";

    private const string BundledLicence = "MIT; credits of its training data in its card.";
    private const string OfficialRoot = "https://dl.fbaipublicfiles.com/encodec/v0/";
    private const string EncodecLicence = "The EnCodec repository's code is MIT; no separate licence for these weights is stated there.";
    private const string HuggingFaceLicence = "See the model card at huggingface.co; the weights are those of EnCodec, whose repository's code is MIT.";
    private const string AudioCraftLicence = "CC-BY-NC 4.0 (AudioCraft's model weights): no commercial use.";

    /// <summary>All models, the bundled ones first.</summary>
    public static IReadOnlyList<ModelEntry> Entries { get; } =
    [
        new(BundledCodec, ModelKind.Codec, "24 kHz mono codec of the full size, trained by this project; ships with the program.", BundledLicence, 38_100_000, []),
        new(BundledEntropyModel, ModelKind.EntropyModel, "Entropy model of audiocodec_24khz; ships with the program.", BundledLicence, 18_500_000, []),
        new(SmallCodec, ModelKind.Codec, "A small 24 kHz mono codec for slow machines; ships with the program.", BundledLicence, 10_500_000, []),
        new(SmallEntropyModel, ModelKind.EntropyModel, "Entropy model of audiocodec_24khz_small; ships with the program.", BundledLicence, 18_500_000, []),
        new(BundledJudge, ModelKind.Classifier, "Classifier of ten sounds that judges generators; ships with the program.", BundledLicence, 700_000, []),
        Official("encodec_24khz", "d7cc33bc", ModelKind.Codec, "Official EnCodec, 24 kHz mono, causal, 1.5 to 24 kbps.", 93_200_000),
        Official("encodec_48khz", "7e698e3e", ModelKind.Codec, "Official EnCodec, 48 kHz stereo, 3 to 24 kbps.", 76_600_000),
        Official("encodec_lm_24khz", "1608e3c0", ModelKind.EntropyModel, "Official entropy model of encodec_24khz.", 62_500_000),
        Official("encodec_lm_48khz", "7add9fc3", ModelKind.EntropyModel, "Official entropy model of encodec_48khz.", 36_300_000),
        HuggingFace("encodec_24khz_hf", "encodec_24khz", "EnCodec 24 kHz in the Hugging Face layout.", 93_200_000),
        HuggingFace("encodec_48khz_hf", "encodec_48khz", "EnCodec 48 kHz in the Hugging Face layout.", 76_600_000),
        HuggingFace("encodec_32khz", "encodec_32khz", "EnCodec of MusicGen: 32 kHz mono, 4 codebooks of 2048, 2.2 kbps.", 236_000_000)
            with { Licence = AudioCraftLicence },
        AudioCraftCodec("audiogen_medium_codec", "audiogen-medium", "Codec of AudioGen: 16 kHz mono, 4 codebooks of 2048.", "encodec_16khz"),
        AudioCraftCodec("musicgen_small_codec", "musicgen-small", "Codec of MusicGen: 32 kHz mono, 4 codebooks of 2048.", "encodec_32khz"),
        AudioCraft("audiogen-medium", "AudioGen: sounds from text, 16 kHz mono, 1.8 billion parameters.", 3_914_000_000, "t5-large") with { StreamName = "encodec_16khz" },
        AudioCraft("musicgen-small", "MusicGen: music from text, 32 kHz mono, 420 million parameters.", 1_077_000_000, "t5-base") with { StreamName = "encodec_32khz" },
        AudioCraft("musicgen-medium", "MusicGen: music from text, 32 kHz mono, 1.8 billion parameters.", 3_914_000_000, "t5-base") with { StreamName = "encodec_32khz" },
        AudioCraft("musicgen-large", "MusicGen: music from text, 32 kHz mono, 3.3 billion parameters.", 6_750_000_000, "t5-base") with { StreamName = "encodec_32khz" },
        AudioCraft("musicgen-stereo-small", "MusicGen: music from text, 32 kHz stereo, 440 million parameters.", 875_000_000, "encodec_32khz", "t5-base"),
        AudioCraft("musicgen-stereo-medium", "MusicGen: music from text, 32 kHz stereo, 1.9 billion parameters.", 3_728_000_000, "encodec_32khz", "t5-base"),
        AudioCraft("musicgen-stereo-large", "MusicGen: music from text, 32 kHz stereo, 3.3 billion parameters.", 6_581_000_000, "encodec_32khz", "t5-base"),
        T5("t5-base", "T5 v1.0 base, text encoder of MusicGen.", 893_000_000),
        T5("t5-large", "T5 v1.0 large, text encoder of AudioGen.", 2_952_000_000),
    ];

    /// <summary>Finds a model by its name, or by its publisher's name for it, ignoring case.</summary>
    /// <returns>The entry, or <see langword="null"/> where the name is not known.</returns>
    public static ModelEntry? Find(string name) =>
        Entries.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase) || string.Equals(e.Alias, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a name in a stream is that of a published codec, whose files the reference reads.</summary>
    internal static bool IsOfficial(string streamName) =>
        Entries.Any(entry => entry is { Bundled: false, Kind: ModelKind.Codec } && entry.StreamName == streamName);

    /// <summary>Whether a name is that of a model that others publish, by which programs and files mean its weights.</summary>
    internal static bool IsPublished(string name) => Entries.Any(entry => !entry.Bundled && (entry.StreamName == name || entry.Name == name));

    private static ModelEntry Official(string name, string hash, ModelKind kind, string description, long bytes)
    {
        string file = $"{name}-{hash}.th";
        return new ModelEntry(name, kind, description, EncodecLicence, bytes, [new ModelFile(file, new Uri(OfficialRoot + file), hash)]);
    }

    private static ModelEntry HuggingFace(string name, string repository, string description, long bytes) =>
        new(name, ModelKind.Codec, description, HuggingFaceLicence, bytes,
            [HuggingFaceFile("facebook", repository, "model.safetensors"), HuggingFaceFile("facebook", repository, "config.json")])
        {
            Alias = $"facebook/{repository}",
            StreamName = repository,
        };

    private static ModelEntry AudioCraftCodec(string name, string repository, string description, string streamName) =>
        new(name, ModelKind.Codec, description, AudioCraftLicence, 236_000_000, [HuggingFaceFile("facebook", repository, PackageCodec)]) { StreamName = streamName };

    /// <summary>A generator as AudioCraft publishes it, transformer and codec or the name of one.</summary>
    private static ModelEntry AudioCraft(string name, string description, long bytes, params string[] requires) =>
        new(name, ModelKind.Generator, description, AudioCraftLicence, bytes,
            [HuggingFaceFile("facebook", name, "state_dict.bin"), HuggingFaceFile("facebook", name, PackageCodec)])
        {
            Alias = $"facebook/{name}",
            Requires = requires,
        };

    private static ModelEntry T5(string name, string description, long bytes) =>
        new(name, ModelKind.TextEncoder, description, "Apache 2.0.", bytes,
            [.. new[] { "model.safetensors", "config.json", "spiece.model" }.Select(file => HuggingFaceFile("google-t5", name, file))])
        {
            Alias = $"google-t5/{name}",
        };

    private static ModelFile HuggingFaceFile(string publisher, string repository, string file) =>
        new(file, new Uri($"https://huggingface.co/{publisher}/{repository}/resolve/main/{file}"));
}
