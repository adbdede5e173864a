using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Text;

/// <summary>Each row divided by its root mean square, then gain. [..., D] to the same.</summary>
internal sealed class T5Norm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _gain;

    private readonly double _epsilon;

    public T5Norm(long width, double epsilon)
        : base(nameof(T5Norm))
    {
        _gain = new Parameter(ones(width));
        _epsilon = epsilon;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x * (x.square().mean([-1], keepdim: true) + _epsilon).rsqrt() * _gain;
}
