namespace AudioCodec.Codecs;

/// <summary>Rows to columns.</summary>
internal static class Transposed
{
    /// <summary>[rows, columns] to [columns, rows].</summary>
    public static ushort[] Of(ushort[] values, int rows, int columns)
    {
        var transposed = new ushort[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return transposed;
    }
}
