using System.Text.Json.Nodes;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.Loading;

/// <summary>Lays the golden generators out as they are published.</summary>
internal static class TinyGenerators
{
    /// <summary>An AudioCraft package as it is published: two files, no text encoder.</summary>
    /// <param name="folder">Receives the files.</param>
    /// <param name="model"><c>generate_tiny</c> or <c>stereo_tiny</c>, which share their codec.</param>
    public static void CopyAudioCraft(TemporaryFolder folder, string model)
    {
        File.Copy(Fixtures.Path($"golden/{model}.state_dict.bin"), folder["state_dict.bin"]);
        File.Copy(Fixtures.Path("golden/generate_tiny.compression_state_dict.bin"), folder["compression_state_dict.bin"]);
    }

    /// <summary>The sharded Hugging Face checkpoint of <c>generate_tiny</c>.</summary>
    public static void CopyHuggingFace(TemporaryFolder folder)
    {
        foreach (string shard in new[] { "generate_tiny.hf-00001-of-00002.safetensors", "generate_tiny.hf-00002-of-00002.safetensors" })
        {
            File.Copy(Fixtures.Path($"golden/{shard}"), folder[shard]);
        }

        File.Copy(Fixtures.Path("golden/generate_tiny.hf.safetensors.index.json"), folder["model.safetensors.index.json"]);
        File.Copy(Fixtures.Path("golden/generate_tiny.hf.config.json"), folder["config.json"]);
        File.Copy(Fixtures.Path("golden/generate_tiny.hf.generation_config.json"), folder["generation_config.json"]);
    }

    /// <summary>Changes a JSON file.</summary>
    public static void Edit(string path, Action<JsonObject> edit)
    {
        JsonObject keys = JsonNode.Parse(File.ReadAllText(path))!.AsObject(); // The files are objects.
        edit(keys);
        File.WriteAllText(path, keys.ToJsonString());
    }
}
