using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using static TorchSharp.torch;
using GroupNorm = TorchSharp.Modules.GroupNorm;

namespace AudioCodec.Torch.Layers;

/// <summary>A convolution's parameters and the norm that follows it, under the official names <c>conv</c> (or <c>convtr</c>) and <c>norm</c>.</summary>
internal sealed class NormConv : nn.Module, IReducedPrecision
{
    private readonly GroupNorm? _groupNorm;

    /// <summary>Creates a convolution with fresh weights.</summary>
    /// <param name="name"><c>conv</c>, or <c>convtr</c> of a transposed convolution.</param>
    /// <param name="norm">Normalization.</param>
    /// <param name="shape">Shape of the weight.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="fanIn">Products that one output value sums; weights are spread evenly with a variance of gain^2 / fan-in.</param>
    /// <param name="gain">Growth of the signal's root mean square from input to output.</param>
    /// <param name="random">Source of the weights.</param>
    /// <param name="centers">Input channels that get a center: all or none.</param>
    public NormConv(string name, ConvNorm norm, long[] shape, long outputs, long fanIn, double gain, SplitMix random, long centers = 0)
        : base(nameof(NormConv))
    {
        Convolution = new ConvParameters(shape, norm == ConvNorm.WeightNorm, outputs, gain * Math.Sqrt(3.0 / fanIn), random, centers);
        register_module(name, Convolution);
        if (norm == ConvNorm.TimeGroupNorm)
        {
            _groupNorm = nn.GroupNorm(1, outputs);

            // TorchSharp 0.107 leaves its parameters as the memory was.
            nn.init.ones_(_groupNorm.weight);
            nn.init.zeros_(_groupNorm.bias!); // An affine norm has one.
            register_module("norm", _groupNorm);
        }
    }

    /// <summary>The convolution's parameters.</summary>
    public ConvParameters Convolution { get; }

    public bool ReducedPrecision { get; set; }

    /// <summary>Runs a convolution, without the norm.</summary>
    /// <param name="x">Input.</param>
    /// <param name="weight">Weight, as <see cref="ConvParameters.Weight"/> gives it or rearranged.</param>
    /// <param name="bias">Bias.</param>
    /// <param name="convolution">The convolution of input, weight and bias.</param>
    public Tensor Convolve(Tensor x, Tensor weight, Tensor bias, Func<Tensor, Tensor, Tensor, Tensor> convolution) => ReducedPrecision
        ? convolution(x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16), bias.to(ScalarType.BFloat16)).to(ScalarType.Float32)
        : convolution(x, weight, bias);

    /// <summary>Applies the group norm over channels and time, where there is one. [B, C, T].</summary>
    public Tensor Normalize(Tensor x) => _groupNorm is null ? x : _groupNorm.call(x);

    /// <summary>Nothing to find: the constructor registers all components, under names that no field can have.</summary>
    protected override void RegisterComponents()
    {
    }
}
