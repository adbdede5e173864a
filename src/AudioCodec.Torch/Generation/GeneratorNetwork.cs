using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.Torch.Text;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>A transformer over audio tokens together with the text encoder that is trained with it.</summary>
internal sealed class GeneratorNetwork : nn.Module<Tensor, TextTokens?, double, Tensor>
{
    private const string TransformerPrefix = "transformer.";

    [ComponentName(Name = "transformer")]
    private readonly TokenNetwork _transformer;

    [ComponentName(Name = "text_encoder")]
    private readonly T5EncoderNetwork _text;

    /// <summary>Creates both with fresh weights on the CPU.</summary>
    /// <param name="transformer">Shape of the transformer.</param>
    /// <param name="text">Shape of the text encoder, whose width is the transformer's <see cref="TokenModelConfig.TextWidth"/>.</param>
    /// <param name="random">Source of the weights.</param>
    public GeneratorNetwork(TokenModelConfig transformer, T5Config text, SplitMix random)
        : base(nameof(GeneratorNetwork))
    {
        _transformer = new TokenNetwork(transformer, random);
        _text = new T5EncoderNetwork(text, random);
        RegisterComponents();
    }

    /// <summary>The transformer.</summary>
    public TokenNetwork Transformer => _transformer;

    /// <summary>The text encoder.</summary>
    public T5EncoderNetwork Text => _text;

    /// <summary>A tensor's name in a generator's checkpoint: the transformer's stand there without a prefix.</summary>
    public static string CheckpointName(string name) =>
        name.StartsWith(TransformerPrefix, StringComparison.Ordinal) ? name[TransformerPrefix.Length..] : name;

    /// <summary>The transformer's output after each step.</summary>
    /// <param name="tokens">[B, S, K], as <see cref="TokenNetwork.forward"/>.</param>
    /// <param name="text">Texts; <see langword="null"/> for none.</param>
    /// <param name="dropout">Probability of dropout in both.</param>
    /// <returns>[B, S, D].</returns>
    public override Tensor forward(Tensor tokens, TextTokens? text, double dropout) =>
        _transformer.call(tokens, text is null ? null : new TextCondition(_text.call(text.Ids, text.Mask, dropout), text.Mask), dropout);
}
