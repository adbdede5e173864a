using AudioCodec.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Linear layer without bias that can multiply in bfloat16, and then gives bfloat16. [..., I] to [..., O].</summary>
internal sealed class Projection : nn.Module<Tensor, Tensor>, IReducedPrecision
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    /// <summary>Draws a weight from a normal distribution cut at three deviations; without a source it is zero.</summary>
    public Projection(long inputs, long outputs, SplitMix? random, double deviation)
        : base(nameof(Projection))
    {
        _weight = FreshValues.NormalParameter(random, deviation, outputs, inputs);
        RegisterComponents();
    }

    public bool ReducedPrecision { get; set; }

    /// <summary>[O, I].</summary>
    public Tensor Weight => _weight;

    public override Tensor forward(Tensor x) => Apply(x, _weight, ReducedPrecision);

    /// <summary>x W'.</summary>
    public static Tensor Apply(Tensor x, Tensor weight, bool reducedPrecision) => reducedPrecision
        ? nn.functional.linear(x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16))
        : nn.functional.linear(x, weight);
}
