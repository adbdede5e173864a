using AudioCodec.Checkpoints;
using AudioCodec.Codec;
using AudioCodec.TestSupport;

namespace AudioCodec.Cli.Tests;

/// <summary>Checkpoint folders of the golden set's tiny models, as a user would name them with <c>--checkpoint</c>.</summary>
internal static class TinyModel
{
    public static EncodecConfig Mono { get; } = new()
    {
        Name = "encodec_tiny_causal",
        SampleRateHz = 8000,
        Channels = 1,
        Causal = true,
        Norm = ConvNorm.WeightNorm,
        Filters = 4,
        Ratios = [4, 2],
        Dimension = 16,
        LstmLayers = 1,
        Codebooks = 4,
        CodebookSize = 16,
        BandwidthsKbps = [4, 8, 16],
    };

    public static EncodecConfig Stereo { get; } = Mono with
    {
        Name = "encodec_tiny_stereo",
        Channels = 2,
        Causal = false,
        Norm = ConvNorm.TimeGroupNorm,
        NormalizeSegments = true,
        SegmentSamples = 400,
        SegmentStrideSamples = 396,
    };

    /// <summary>Writes the folder of a model into <paramref name="root"/> and gives its path.</summary>
    public static string Install(TemporaryFolder root, EncodecConfig? config = null)
    {
        config ??= Mono;
        string folder = Directory.CreateDirectory(root[$"model-{config.Name}"]).FullName;
        File.Copy(Fixtures.Path($"golden/{config.Name}.weights.safetensors"), Path.Combine(folder, "model.safetensors"));
        EncodecConfigJson.Write(Path.Combine(folder, "config.json"), config, CheckpointStatus.Release);
        return folder;
    }
}
