using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Codecs.Seanet;

namespace AudioCodec.Codecs.Loading;

/// <summary>Fingerprints of the two sides of a codec: what gives its codes their meaning, and what makes sound of them.</summary>
/// <remarks>A decoder trained further on the same codes is the same codec: its files stay readable, and its entropy model stays its own.</remarks>
internal static class CodecFingerprint
{
    /// <summary>The fingerprint of encoder and codebooks, by which files and entropy models name their codec.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, or cannot be read.</exception>
    public static WeightsFingerprint OfCodes(EncodecConfig config, StateDict weights) => Of(
        weights,
        [
            .. SeanetPlan.Encoder(config).Tensors.Select(tensor => tensor.Name),
            .. Enumerable.Range(0, config.Codebooks).Select(ResidualVectorQuantizer.NameOf),
        ]);

    /// <summary>The fingerprint of encoder and codebooks where it changes in half precision, or <see langword="null"/>.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, or cannot be read.</exception>
    public static WeightsFingerprint? RoundedFrom(EncodecConfig config, StateDict weights)
    {
        WeightsFingerprint exact = OfCodes(config, weights);
        var rounded = new StateDict(weights.Source, weights.Tensors.ToDictionary(
            tensor => tensor.Key,
            tensor => new CheckpointTensor(tensor.Value.Shape, values => Array.ConvertAll(tensor.Value.Values, value => (float)(Half)value).CopyTo(values)),
            StringComparer.Ordinal));
        return OfCodes(config, rounded) == exact ? null : exact;
    }

    /// <summary>The fingerprint of the decoder.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, or cannot be read.</exception>
    public static WeightsFingerprint OfDecoder(EncodecConfig config, StateDict weights) =>
        Of(weights, [.. SeanetPlan.Decoder(config).Tensors.Select(tensor => tensor.Name)]);

    private static WeightsFingerprint Of(StateDict weights, string[] names) =>
        WeightsFingerprint.Of(new StateDict(weights.Source, names.ToDictionary(name => name, name => weights.Tensors[name], StringComparer.Ordinal)));
}
