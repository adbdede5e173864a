using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.Torch.Text;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>Holds a transformer over audio tokens and, where one is trained with it, its text encoder.</summary>
internal sealed class GeneratorNetwork : nn.Module
{
    private const string TransformerName = "transformer";
    private const string TransformerPrefix = TransformerName + ".";

    /// <summary>Creates both with fresh weights on the CPU.</summary>
    /// <param name="transformer">Shape of the transformer.</param>
    /// <param name="text">Shape of the text encoder, whose width is the transformer's <see cref="TokenModelConfig.TextWidth"/>; <see langword="null"/> where it is not trained.</param>
    /// <param name="random">Source of the weights.</param>
    public GeneratorNetwork(TokenModelConfig transformer, T5Config? text, SplitMix random)
        : base(nameof(GeneratorNetwork))
    {
        Transformer = new TokenNetwork(transformer, random);
        register_module(TransformerName, Transformer);
        if (text is not null)
        {
            Text = new T5EncoderNetwork(text, random);
            register_module("text_encoder", Text);
        }
    }

    /// <summary>The transformer.</summary>
    public TokenNetwork Transformer { get; }

    /// <summary>The text encoder, if it is trained.</summary>
    public T5EncoderNetwork? Text { get; }

    /// <summary>A tensor's name in a generator's checkpoint: the transformer's stand there without a prefix.</summary>
    public static string CheckpointName(string name) =>
        name.StartsWith(TransformerPrefix, StringComparison.Ordinal) ? name[TransformerPrefix.Length..] : name;
}
