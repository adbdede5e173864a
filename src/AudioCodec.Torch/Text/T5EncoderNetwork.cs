using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Text;

/// <summary>A T5 encoder that can be trained. Names of parameters are those of Hugging Face.</summary>
/// <remarks>Source: arXiv 1910.10683, section 2.1.</remarks>
public sealed class T5EncoderNetwork : nn.Module<Tensor, Tensor, double, Tensor>
{
    [ComponentName(Name = "shared")]
    private readonly Embedding _embedding;

    [ComponentName(Name = "encoder")]
    private readonly T5Stack _encoder;

    /// <summary>Creates a network with fresh weights on the CPU; <c>to</c> moves it.</summary>
    /// <param name="config">Shape.</param>
    /// <param name="random">Source of the weights.</param>
    public T5EncoderNetwork(T5Config config, SplitMix random)
        : base(nameof(T5EncoderNetwork))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        _embedding = nn.Embedding(config.VocabularySize, config.Dimension);
        FreshValues.Fill(_embedding.parameters().Single(), random, Math.Sqrt(3));
        _encoder = new T5Stack(config, random);
        RegisterComponents();
    }

    /// <summary>Shape.</summary>
    public T5Config Config { get; }

    /// <summary>Where its tensors are.</summary>
    public Device Device => parameters().First().device;

    /// <summary>Computes the states of texts.</summary>
    /// <param name="tokens">[B, T] 64-bit integers; any token where a text has ended.</param>
    /// <param name="mask">[B, T] truth values: whether the token belongs to the text. A text's states do not depend on the others.</param>
    /// <param name="dropout">Probability of dropout in all places where T5 has it; 0 to use the network.</param>
    /// <returns>[B, T, D]; finite but without meaning where the mask is false.</returns>
    public override Tensor forward(Tensor tokens, Tensor mask, double dropout)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(mask);
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        return _encoder.call(_embedding.call(tokens), mask, dropout).MoveToOuterDisposeScope();
    }
}
