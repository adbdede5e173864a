using System.Numerics.Tensors;

namespace AudioCodec.Numerics;

/// <content>Attention of some queries of one head.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    /// <summary>softmax(q k^T + bias) v for the queries of a block.</summary>
    public static void Attend(in AttentionBlock block)
    {
        int keys = block.Visible(block.Rows - 1);
        PrefetchValues(block, 0, keys);
        Scores(block, keys);
        for (int row = 0; row < block.Rows; row++)
        {
            float* scores = block.Scores + ((nint)row * block.ScoreStride);
            int visible = block.Visible(row);
            if (block.Bias is not null)
            {
                Span<float> biased = new(scores, visible);
                TensorPrimitives.Add(biased, new ReadOnlySpan<float>(block.Bias + (row * block.BiasStride), visible), biased);
            }

            if (visible > 0)
            {
                Softmax(scores, visible);
            }

            // Later keys of the block count with weight 0.
            new Span<float>(scores + visible, keys - visible).Clear();
        }

        WeightedValues(block, keys);
    }

    /// <summary>q k^T, panel after panel.</summary>
    private static void Scores(in AttentionBlock block, int keys)
    {
        float* zeros = stackalloc float[2 * TSimd.Lanes];
        new Span<float>(zeros, 2 * TSimd.Lanes).Clear();
        GemmTile tile = new()
        {
            A = block.Queries,
            RowStrideA = block.QueryStride,
            Taps = 1,
            TapLength = block.HeadWidth,
            B = block.Keys,
            Init = zeros,
            C = block.Scores,
            RowStrideC = block.ScoreStride,
        };
        for (int first = 0; first < keys; first += 2 * TSimd.Lanes)
        {
            AnyRows(tile, block.Rows, vectors: 2);
            tile.B += block.HeadWidth * 2 * TSimd.Lanes;
            tile.C += 2 * TSimd.Lanes;
        }
    }

    /// <summary>Weights times values.</summary>
    private static void WeightedValues(in AttentionBlock block, int keys)
    {
        float* sums = block.Scores + ((nint)block.Rows * block.ScoreStride);
        float* zeros = stackalloc float[2 * TSimd.Lanes];
        new Span<float>(zeros, 2 * TSimd.Lanes).Clear();
        for (int first = 0; first < block.ValueWidth; first += 2 * TSimd.Lanes)
        {
            GemmTile tile = new()
            {
                A = block.Scores,
                RowStrideA = block.ScoreStride,
                Taps = 1,
                TapLength = keys,
                B = block.Values + ((nint)first * block.Positions),
                Init = zeros,
                C = sums + first,
                RowStrideC = block.ValueWidth,
            };
            PrefetchValues(block, first + (2 * TSimd.Lanes), keys);
            AnyRows(tile, block.Rows, Math.Min(2, (block.ValueWidth - first) / TSimd.Lanes));
        }

        for (int row = 0; row < block.Rows; row++)
        {
            new ReadOnlySpan<float>(sums + ((nint)row * block.ValueWidth), block.HeadWidth)
                .CopyTo(new Span<float>(block.Output + (row * block.OutputStride), block.HeadWidth));
        }
    }

    /// <summary>Any number of rows.</summary>
    private static void AnyRows(GemmTile tile, int rows, int vectors)
    {
        if (rows >= LowRows)
        {
            Tiles(tile, rows, vectors);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            if (vectors == 2)
            {
                Tile<Stream1X2>(tile);
            }
            else
            {
                Tile<Stream1X1>(tile);
            }

            Advance(ref tile, 1);
        }
    }

    /// <summary>Asks for the first values of a panel, those which no earlier product asks for.</summary>
    private static void PrefetchValues(in AttentionBlock block, int first, int keys)
    {
        if (first < block.ValueWidth)
        {
            int width = Math.Min(2 * TSimd.Lanes, block.ValueWidth - first);
            Prefetch(block.Values + ((nint)first * block.Positions), Math.Min(keys * width, PrefetchBytes / sizeof(float)));
        }
    }

    /// <summary>Asks for what a step of a head first writes and reads.</summary>
    /// <param name="keys">The head's keys.</param>
    /// <param name="values">Its values.</param>
    /// <param name="block">Any block of the cache.</param>
    /// <param name="position">The position that is written.</param>
    public static void PrefetchHead(float* keys, float* values, in AttentionBlock block, int position)
    {
        int width = 2 * TSimd.Lanes;
        int floats = block.HeadWidth * width;
        Prefetch(keys + ((nint)position / width * floats), floats);
        Prefetch(keys, Math.Min(floats, PrefetchBytes / sizeof(float)));
        for (int first = 0; first < block.ValueWidth; first += width)
        {
            PrefetchRow((byte*)(values + ((nint)first * block.Positions) + (position * Math.Min(width, block.ValueWidth - first))), width * sizeof(float));
        }
    }
}
