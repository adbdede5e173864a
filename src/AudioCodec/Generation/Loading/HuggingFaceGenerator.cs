using System.Text.Json;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Configuration;

namespace AudioCodec.Generation.Loading;

/// <summary>Opens MusicGen models in the Hugging Face transformers layout: transformer, text encoder and codec in one checkpoint.</summary>
/// <remarks>Source: transformers/models/musicgen/convert_musicgen_transformers.py for the names.</remarks>
internal static class HuggingFaceGenerator
{
    private const string CodecPrefix = "audio_encoder.";

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="file">The weights file or the index of its shards.</param>
    /// <param name="json">The <c>config.json</c> beside it.</param>
    /// <param name="configPath">Its path, for messages.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or hostile, or its tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration is of another kind of model, or has a value that is not supported.</exception>
    public static GeneratorCheckpoint Open(string file, byte[] json, string configPath)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? "";
        using JsonDocument config = ParseObject(json, configPath);
        RequireMusicGen(config.RootElement, configPath);
        string generationPath = Path.Combine(folder, "generation_config.json");
        using JsonDocument generation = File.Exists(generationPath) ? ParseObject(ConfigFile.ReadBytes(generationPath), generationPath) : JsonDocument.Parse("{}");
        TensorFiles files = TensorFiles.Open(file);
        try
        {
            LoadedCheckpoint codec = CheckpointLoader.FromHuggingFace(
                TransformerTensors.Part(files.Tensors, CodecPrefix), Section(config.RootElement, "audio_encoder", configPath), files.Format);
            GeneratorConfig generator = HuggingFaceGeneratorConfig.Read(
                config.RootElement, generation.RootElement, ModelName.Of(Path.GetFileName(folder)) ?? HuggingFaceGeneratorConfig.ModelType, codec.Config, configPath);
            return new GeneratorCheckpoint(
                file,
                generator,
                TransformerTensors.FromHuggingFace(files.Tensors, generator.Transformer),
                codec,
                TransformerTensors.Part(files.Tensors, GeneratorCheckpoint.TextEncoderPrefix),
                files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <exception cref="ConfigException">It is another type of model.</exception>
    private static void RequireMusicGen(JsonElement config, string path)
    {
        string? type = config.TryGetProperty("model_type", out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (type != HuggingFaceGeneratorConfig.ModelType)
        {
            ConfigException fault = KindOfModel.Fault("model_type", type, HuggingFaceGeneratorConfig.ModelType);
            throw new ConfigException($"{path}: {fault.Message}", fault.Key);
        }
    }

    private static JsonElement Section(JsonElement config, string key, string path) =>
        config.TryGetProperty(key, out JsonElement section) && section.ValueKind == JsonValueKind.Object
            ? section
            : throw new ConfigException($"{path}: {key} is missing; an object of keys and values is expected.", key);

    /// <exception cref="ConfigException">It is not a JSON object, or has a key twice.</exception>
    private static JsonDocument ParseObject(byte[] json, string path)
    {
        try
        {
            var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return JsonTree.Of(document.RootElement) is Dictionary<string, object?>
                ? document
                : throw new ConfigException($"{path}: a JSON object of keys and values is expected.", "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Reading text with half a surrogate pair throws InvalidOperationException.
            throw new ConfigException($"{path}: {Messages.OfJson(e)}", "", e);
        }
    }
}
