using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Exponential linear unit with alpha 1.</summary>
internal static class Elu
{
    public static Tensor Forward(Tensor x) => nn.functional.elu(x, 1.0);
}
