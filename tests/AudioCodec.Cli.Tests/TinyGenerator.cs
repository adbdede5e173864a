namespace AudioCodec.Cli.Tests;

/// <summary>The golden set's tiny generators as a user has them: an AudioCraft package, its sharded Hugging Face twin, and the folder of their text encoder.</summary>
internal static class TinyGenerator
{
    /// <summary>The package, without a text encoder.</summary>
    /// <param name="root">Receives the folder.</param>
    /// <param name="model"><c>generate_tiny</c> or <c>stereo_tiny</c>, which share their codec.</param>
    public static string InstallPackage(TemporaryFolder root, string model = "generate_tiny") => Install(
        root,
        model,
        ($"{model}.state_dict.bin", "state_dict.bin"),
        ("generate_tiny.compression_state_dict.bin", "compression_state_dict.bin"));

    /// <summary>The sharded checkpoint, with tokenizer.</summary>
    public static string InstallHuggingFace(TemporaryFolder root) => Install(
        root,
        "hf",
        ("generate_tiny.hf-00001-of-00002.safetensors", "generate_tiny.hf-00001-of-00002.safetensors"),
        ("generate_tiny.hf-00002-of-00002.safetensors", "generate_tiny.hf-00002-of-00002.safetensors"),
        ("generate_tiny.hf.safetensors.index.json", "model.safetensors.index.json"),
        ("generate_tiny.hf.config.json", "config.json"),
        ("generate_tiny.hf.generation_config.json", "generation_config.json"),
        ("captions_unigram.model", "spiece.model"));

    /// <summary>The text encoder that the package names.</summary>
    public static string InstallTextEncoder(TemporaryFolder root) => Install(
        root,
        "t5-small",
        ("generate_tiny.t5.config.json", "config.json"),
        ("generate_tiny.t5.safetensors", "model.safetensors"),
        ("captions_unigram.model", "spiece.model"));

    private static string Install(TemporaryFolder root, string name, params (string Fixture, string File)[] files)
    {
        string folder = Directory.CreateDirectory(root[name]).FullName;
        foreach ((string fixture, string file) in files)
        {
            File.Copy(Fixtures.Path($"golden/{fixture}"), Path.Combine(folder, file));
        }

        return folder;
    }
}
