using AudioCodec.Codecs.Seanet;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>The operators of SEANet on an engine. All values are [1, C, T].</summary>
/// <typeparam name="T">A value, or its name in a graph.</typeparam>
internal interface IPeerOperators<T>
{
    T Elu(T x);

    T Add(T x, T y);

    /// <summary>Padding as the layer says, convolution, normalization. The length of the input is a multiple of the stride.</summary>
    T Convolve(ConvLayer layer, T x);

    /// <summary>Transposed convolution, normalization, trimming.</summary>
    T ConvolveTransposed(ConvLayer layer, T x);

    /// <summary>The stack of LSTM layers, without the connection around it.</summary>
    T Remember(LstmLayer layer, T x);
}
