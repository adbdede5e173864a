using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>A layer that can multiply in bfloat16. Its weights, its bias and its output stay in single precision.</summary>
internal interface IReducedPrecision
{
    /// <summary>Whether it multiplies in bfloat16.</summary>
    bool ReducedPrecision { get; set; }
}

/// <summary>Switches the precision of whole networks.</summary>
internal static class ReducedPrecisionExtensions
{
    /// <summary>Sets the precision of all layers of a network that offer the choice.</summary>
    public static void SetReducedPrecision(this nn.Module network, bool reduced)
    {
        foreach (IReducedPrecision layer in network.modules().OfType<IReducedPrecision>())
        {
            layer.ReducedPrecision = reduced;
        }
    }
}
