using AudioCodec.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Linear layer that can multiply in bfloat16. [..., I] to [..., O].</summary>
internal sealed class MixedLinear : nn.Module<Tensor, Tensor>, IReducedPrecision
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    /// <summary>Draws a weight evenly within <paramref name="gain"/> / sqrt(inputs), and sets the bias, where there is one, to zero.</summary>
    public MixedLinear(long inputs, long outputs, SplitMix? random, double gain = 1, bool hasBias = true)
        : base(nameof(MixedLinear))
    {
        _weight = FreshValues.UniformParameter(random, gain / Math.Sqrt(inputs), outputs, inputs);
        _bias = hasBias ? new Parameter(zeros(outputs)) : null;
        RegisterComponents();
    }

    public bool ReducedPrecision { get; set; }

    public override Tensor forward(Tensor x) => Apply(x, _weight, _bias, ReducedPrecision);

    /// <summary>x W' + b.</summary>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias, bool reducedPrecision)
    {
        if (!reducedPrecision)
        {
            return nn.functional.linear(x, weight, bias);
        }

        Tensor product = nn.functional.linear(x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16)).to(ScalarType.Float32);
        return bias is null ? product : product + bias;
    }
}
