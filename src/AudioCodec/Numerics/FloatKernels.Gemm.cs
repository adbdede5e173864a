using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>Cuts a product into register tiles.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    // Rows computed per pass over the panels: A's and C's block stay in the second-level cache.
    private const int BlockRows = 96;
    private const int TallRows = 12;
    private const int LowRows = 6;

    public static void Multiply(
        in GemmOperand a, PackedMatrix b, float* init, nint initStride, float* c, nint cStride, int first, int end)
    {
        int rows;
        for (int row = 0; row < a.RowCount; row += rows)
        {
            // A rest of less than a tile is added to the block before it.
            int left = a.RowCount - row;
            rows = left < BlockRows + TallRows ? left : BlockRows;
            GemmTile tile = new()
            {
                A = a.Data + (row * a.RowStride),
                RowStrideA = a.RowStride,
                TapStrideA = a.TapStride,
                Taps = a.Taps,
                TapLength = a.TapLength,
                Init = init is null ? b.BiasPointer : init + (row * initStride),
                RowStrideInit = initStride,
                C = c + (row * cStride),
                RowStrideC = cStride,
            };
            MultiplyBlock(tile, rows, b, first, end);
        }
    }

    private static void MultiplyBlock(in GemmTile origin, int rows, PackedMatrix b, int first, int end)
    {
        if (b.IsSlim)
        {
            Slim(origin, rows, b.PanelPointer(0), b.Columns);
            return;
        }

        int fullColumns = b.Columns / TSimd.Lanes * TSimd.Lanes;
        for (int panel = first; panel < end; panel++)
        {
            int column = panel * PackedMatrix.PanelColumns;
            int vectors = b.PanelVectors(panel);
            GemmTile tile = origin;
            tile.B = b.PanelPointer(panel);
            tile.Init = origin.Init + column;
            tile.C = origin.C + column;
            if (column + (vectors * TSimd.Lanes) > fullColumns)
            {
                PartialPanel(tile, rows, vectors, b.Columns - column);
            }
            else if (rows < LowRows)
            {
                panel += FewRows(tile, rows, vectors, b, panel, end, fullColumns);
            }
            else
            {
                Tiles(tile, rows, vectors);
            }
        }
    }

    /// <summary>
    /// Full tiles. The last rows are computed by a tile that overlaps rows already computed, which get the same
    /// bits again; where the product is added to C in place, row by row.
    /// </summary>
    private static void Tiles(GemmTile tile, int rows, int vectors)
    {
        bool inPlace = tile.Init == tile.C;
        for (int row = 0; row < rows;)
        {
            int left = rows - row;
            int height = TSimd.HasManyRegisters && (left >= TallRows || (left > LowRows && rows >= TallRows && !inPlace)) ? TallRows
                : left >= LowRows || !inPlace ? LowRows
                : 1;
            if (height > left)
            {
                Advance(ref tile, left - height);
                row -= height - left;
            }

            switch (height, vectors)
            {
                case (TallRows, 2): Tile<Tile12X2>(tile); break;
                case (TallRows, _): Tile<Tile12X1>(tile); break;
                case (LowRows, 2): Tile<Tile6X2>(tile); break;
                case (LowRows, _): Tile<Tile6X1>(tile); break;
                case (_, 2): Tile<Tile1X2>(tile); break;
                default: Tile<Tile1X1>(tile); break;
            }

            Advance(ref tile, height);
            row += height;
        }
    }

    /// <summary>
    /// Fewer rows than a tile, which streaming produces: two or one at a time, four panels together where there are as many;
    /// returns the panels done beyond the first.
    /// </summary>
    private static int FewRows(
        in GemmTile first, int rows, int vectors, PackedMatrix b, int panel, int end, int fullColumns)
    {
        GemmTile tile = first;
        bool four = panel + 4 <= end && ((panel + 4) * PackedMatrix.PanelColumns) <= fullColumns;
        nint panelStride = (nint)PackedMatrix.PanelColumns * b.Rows;
        int height;
        for (int row = 0; row < rows; row += height)
        {
            height = four && rows - row >= 2 ? 2 : 1;
            if (height == 2)
            {
                Rows2x4(tile, panelStride);
                GemmTile right = tile;
                right.B += 2 * panelStride;
                right.Init += 2 * PackedMatrix.PanelColumns;
                right.C += 2 * PackedMatrix.PanelColumns;
                Rows2x4(right, panelStride);
            }
            else if (four)
            {
                Row1x8(tile, panelStride);
            }
            else if (vectors == 2)
            {
                Tile<Tile1X2>(tile);
            }
            else
            {
                Tile<Tile1X1>(tile);
            }

            Advance(ref tile, height);
        }

        return four ? 3 : 0;
    }

    /// <summary>The last panel, if it is not full: through a row of scratch, so that nothing beyond C is written.</summary>
    private static void PartialPanel(in GemmTile origin, int rows, int vectors, int columns)
    {
        float* scratch = stackalloc float[LowRows * 2 * TSimd.Lanes];
        int width = vectors * TSimd.Lanes;
        for (int row = 0; row < rows;)
        {
            int count = rows - row >= LowRows ? LowRows : 1;
            GemmTile tile = origin;
            Advance(ref tile, row);
            float* c = tile.C;
            if (tile.RowStrideInit != 0)
            {
                CopyRows(tile.Init, tile.RowStrideInit, scratch, width, count, columns);
                tile.Init = scratch;
                tile.RowStrideInit = width;
            }

            tile.C = scratch;
            tile.RowStrideC = width;
            switch (count, vectors)
            {
                case (6, 2): Tile<Tile6X2>(tile); break;
                case (6, 1): Tile<Tile6X1>(tile); break;
                case (_, 2): Tile<Tile1X2>(tile); break;
                default: Tile<Tile1X1>(tile); break;
            }

            CopyRows(scratch, width, c, origin.RowStrideC, count, columns);
            row += count;
        }
    }

    private static void CopyRows(float* source, nint sourceStride, float* destination, nint stride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(source + (row * sourceStride), columns)
                .CopyTo(new Span<float>(destination + (row * stride), columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Advance(ref GemmTile tile, int rows)
    {
        tile.A += rows * tile.RowStrideA;
        tile.Init += rows * tile.RowStrideInit;
        tile.C += rows * tile.RowStrideC;
    }
}
