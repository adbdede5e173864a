using AudioCodec.Codecs.Seanet;

namespace AudioCodec.Benchmarks;

/// <summary>What a layer computes and moves for a number of input rows.</summary>
/// <param name="Flops">Multiplications and additions of the layer's sums as they are written down; a kernel that saves some of them does fewer.</param>
/// <param name="Bytes">What every convolution reads and writes: its input and output once, its weights once per chunk. Recurrent weights count once per step, at 16 bits.</param>
/// <param name="OutputRows">Rows that come out.</param>
internal sealed record LayerWork(double Flops, double Bytes, int OutputRows)
{
    /// <summary>The work of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">Input rows.</param>
    /// <param name="chunks">Chunks in which they come.</param>
    public static LayerWork Of(SeanetLayer layer, int rows, int chunks) => layer switch
    {
        ConvLayer conv => Of(conv, rows, chunks),
        ResidualLayer unit => Of(unit, rows, chunks),
        LstmLayer lstm => Of(lstm, rows, chunks),
        _ => throw new NotSupportedException(layer.GetType().Name),
    };

    private static LayerWork Of(ConvLayer conv, int rows, int chunks)
    {
        int output = conv.Transposed ? rows * conv.Stride : rows / conv.Stride;
        double weights = (double)conv.Kernel * conv.InputChannels * conv.OutputChannels;
        double values = ((double)rows * conv.InputChannels) + ((double)output * conv.OutputChannels) + (weights * chunks);
        return new LayerWork(2 * weights * (conv.Transposed ? rows : output), sizeof(float) * values, output);
    }

    private static LayerWork Of(ResidualLayer unit, int rows, int chunks)
    {
        LayerWork reduce = Of(unit.Reduce, rows, chunks);
        LayerWork expand = Of(unit.Expand, rows, chunks);
        LayerWork shortcut = unit.Shortcut is null
            ? new LayerWork((double)rows * unit.Channels, sizeof(float) * (double)rows * unit.Channels, rows)
            : Of(unit.Shortcut, rows, chunks);
        return new LayerWork(reduce.Flops + expand.Flops + shortcut.Flops, reduce.Bytes + expand.Bytes + shortcut.Bytes, rows);
    }

    private static LayerWork Of(LstmLayer lstm, int rows, int chunks)
    {
        double matrix = 4.0 * lstm.Units * lstm.Units;

        // Input and output, and the gates, which are written by one product and read at each step.
        double values = (double)rows * lstm.Units * (2 + (2 * 4));
        double bytes = (sizeof(float) * (values + (matrix * chunks))) + (sizeof(short) * matrix * rows);
        return new LayerWork(lstm.Layers * 2 * 2 * matrix * rows, lstm.Layers * bytes, rows);
    }
}
