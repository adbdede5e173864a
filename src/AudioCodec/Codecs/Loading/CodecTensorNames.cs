using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs.Loading;

/// <summary>Translates the tensor names of other projects into the official ones.</summary>
internal static class CodecTensorNames
{
    private const string OriginalPrefix = ".parametrizations.weight.original";

    /// <summary>Buffers that some versions of transformers save and that are not weights.</summary>
    private static readonly string[] s_ignored = [".conv.stride", ".conv.kernel_size", ".conv.padding_total", ".stride", ".kernel_size", ".padding_total"];

    /// <summary>Renames all tensors, and tells their naming.</summary>
    /// <exception cref="CheckpointException">Two tensors get the same name.</exception>
    public static (StateDict Weights, CheckpointNaming Naming) ToOfficial(StateDict state)
    {
        bool huggingFace = state.Tensors.Keys.Any(n => n.StartsWith("encoder.layers.", StringComparison.Ordinal));
        int lastDecoderLayer = huggingFace ? LastDecoderConv(state) : -1;
        var renamed = new Dictionary<string, CheckpointTensor>(state.Tensors.Count, StringComparer.Ordinal);
        foreach ((string name, CheckpointTensor tensor) in state.Tensors)
        {
            if (huggingFace && Array.Exists(s_ignored, s => name.EndsWith(s, StringComparison.Ordinal)))
            {
                continue;
            }

            string plain = WithoutParametrization(name);
            string official = huggingFace ? FromHuggingFace(plain, lastDecoderLayer) : plain;
            if (!renamed.TryAdd(official, tensor))
            {
                throw new CheckpointException($"{state.Source}: two tensors are named '{Messages.Quote(official)}'.", state.Source, name);
            }
        }

        return (new StateDict(state.Source, renamed), huggingFace ? CheckpointNaming.HuggingFace : CheckpointNaming.Official);
    }

    /// <summary>Weight norm as newer torch versions name it: original0 is the gain, original1 the direction.</summary>
    private static string WithoutParametrization(string name) =>
        name.EndsWith(OriginalPrefix + "0", StringComparison.Ordinal) ? name[..^(OriginalPrefix.Length + 1)] + ".weight_g"
        : name.EndsWith(OriginalPrefix + "1", StringComparison.Ordinal) ? name[..^(OriginalPrefix.Length + 1)] + ".weight_v"
        : name;

    private static string FromHuggingFace(string name, int lastDecoderLayer)
    {
        string[] parts = name.Split('.');
        if (parts is ["quantizer", "layers", var level, "codebook", var buffer])
        {
            return $"quantizer.vq.layers.{level}._codebook.{buffer}";
        }

        if (parts is not [("encoder" or "decoder") and var side, "layers", var layer, .. var rest])
        {
            return name;
        }

        // transformers has "conv" and "norm" side by side; the reference has them inside a wrapper.
        string inner = rest switch
        {
            ["conv", var tensor] => $"{Wrapper(side, layer, lastDecoderLayer)}.{Wrapper(side, layer, lastDecoderLayer)}.{tensor}",
            ["norm", var tensor] => $"{Wrapper(side, layer, lastDecoderLayer)}.norm.{tensor}",
            [.. var unit, "conv", var tensor] => $"{string.Join('.', unit)}.conv.conv.{tensor}",
            [.. var unit, "norm", var tensor] => $"{string.Join('.', unit)}.conv.norm.{tensor}",
            _ => string.Join('.', rest),
        };
        return $"{side}.model.{layer}.{inner}";
    }

    /// <summary>Of the decoder's own convolutions all but the first and the last are transposed.</summary>
    private static string Wrapper(string side, string layer, int lastDecoderLayer) =>
        side == "decoder" && int.TryParse(layer, out int index) && index > 0 && index < lastDecoderLayer ? "convtr" : "conv";

    private static int LastDecoderConv(StateDict state)
    {
        int last = -1;
        foreach (string name in state.Tensors.Keys)
        {
            if (name.Split('.') is ["decoder", "layers", var layer, "conv", ..] && int.TryParse(layer, out int index))
            {
                last = Math.Max(last, index);
            }
        }

        return last;
    }
}
