using AudioCodec.Codecs.Seanet;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>Encoder or decoder as the reference writes it down (encodec, modules/seanet.py), operator by operator.</summary>
internal static class PeerNetwork
{
    /// <summary>Applies the layers of a plan.</summary>
    public static T Apply<T>(SeanetPlan plan, IPeerOperators<T> operators, T x) =>
        plan.Layers.Aggregate(x, (y, layer) => Apply(layer, operators, y));

    private static T Apply<T>(SeanetLayer layer, IPeerOperators<T> operators, T x) => layer switch
    {
        ConvLayer conv => Convolve(conv, operators, x),
        ResidualLayer unit => operators.Add(
            unit.Shortcut is null ? x : Convolve(unit.Shortcut, operators, x),
            Convolve(unit.Expand, operators, Convolve(unit.Reduce, operators, x))),
        LstmLayer lstm => operators.Add(operators.Remember(lstm, x), x),
        _ => throw new NotSupportedException($"{layer.Name}: {layer.GetType().Name} is in no peer."),
    };

    private static T Convolve<T>(ConvLayer layer, IPeerOperators<T> operators, T x)
    {
        T input = layer.AfterElu ? operators.Elu(x) : x;
        return layer.Transposed ? operators.ConvolveTransposed(layer, input) : operators.Convolve(layer, input);
    }
}
