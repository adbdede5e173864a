using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>Layers that follow each other, each writing into the next one's input.</summary>
/// <param name="layers">First to last, at least one.</param>
/// <param name="executor">Where to run.</param>
internal sealed unsafe class LayerChain(IReadOnlyList<IRowLayer> layers, Executor executor)
{
    /// <summary>Takes rows and gives the output rows that they complete.</summary>
    /// <param name="rows">[*, input channels of the first layer].</param>
    /// <param name="last">Whether the signal ends here.</param>
    /// <param name="output">[*, output channels of the last layer], rows are added here.</param>
    /// <returns>Rows added.</returns>
    public int Process(ReadOnlySpan<float> rows, bool last, RowBuffer output)
    {
        layers[0].Rows.Append(rows);
        layers[0].Accept(rows.Length / layers[0].Rows.Columns, default);
        for (int i = 0; i + 1 < layers.Count; i++)
        {
            int given = layers[i].Process(last, layers[i + 1].Rows);
            layers[i + 1].Accept(given, layers[i].Left);
            layers[i].Release();
        }

        int count = layers[^1].Process(last, output);
        executor.Finish(output.Row(output.Count - count), count, output.Columns, layers[^1].Left, keep: true, null);
        layers[^1].Release();
        return count;
    }

    /// <summary>Forgets the signal.</summary>
    public void Reset()
    {
        foreach (IRowLayer layer in layers)
        {
            layer.Reset();
        }
    }
}
