using static TorchSharp.torch;

namespace AudioCodec.Torch.Entropy;

/// <summary>Dropout of whole channels, the same ones at all steps of an item: drawing a number for each value would cost a sixth of a training step.</summary>
internal static class ChannelDropout
{
    /// <summary>Drops channels of [B, T, C] and scales the others up; a probability of 0 leaves the graph as it is.</summary>
    public static Tensor Apply(Tensor x, double probability) => probability <= 0
        ? x
        : x * nn.functional.dropout(ones([x.shape[0], 1, x.shape[2]], device: x.device), probability, training: true);
}
