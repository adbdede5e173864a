using System.Numerics.Tensors;

namespace AudioCodec.Numerics;

/// <content>Attention of some queries of one head.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    /// <summary>softmax(q k^T + bias) v for the queries of a block.</summary>
    public static void Attend(in AttentionBlock block)
    {
        int keys = block.Visible(block.Rows - 1);
        Scores(block, keys);
        for (int row = 0; row < block.Rows; row++)
        {
            float* scores = block.Scores + ((nint)row * block.ScoreStride);
            int visible = block.Visible(row);
            Span<float> seen = new(scores, visible);
            if (block.KeyUnits is not null)
            {
                TensorPrimitives.Multiply(seen, new ReadOnlySpan<float>(block.KeyUnits, visible), seen);
            }

            if (block.Bias is not null)
            {
                TensorPrimitives.Add(seen, new ReadOnlySpan<float>(block.Bias + (row * block.BiasStride), visible), seen);
            }

            if (visible > 0)
            {
                Softmax(scores, visible);
            }

            if (block.ValueUnits is not null)
            {
                TensorPrimitives.Multiply(seen, new ReadOnlySpan<float>(block.ValueUnits, visible), seen);
            }

            // Later keys of the block count with weight 0.
            new Span<float>(scores + visible, keys - visible).Clear();
        }

        WeightedValues(block, keys);
    }

    /// <summary>q k^T, panel after panel.</summary>
    private static void Scores(in AttentionBlock block, int keys)
    {
        GemmTile tile = new()
        {
            A = block.Queries,
            RowStrideA = block.QueryStride,
            Taps = 1,
            TapLength = block.HeadWidth,
            B = block.Keys,
            C = block.Scores,
            RowStrideC = block.ScoreStride,
            Ahead = block.KeysAhead,
        };
        for (int first = 0; first < keys; first += 2 * TSimd.Lanes)
        {
            AnyPanel(tile, block, vectors: 2);
            tile.B += block.HeadWidth * (block.KeyUnits is null ? 2 : 1) * TSimd.Lanes;
            tile.C += 2 * TSimd.Lanes;
        }
    }

    /// <summary>Weights times values.</summary>
    private static void WeightedValues(in AttentionBlock block, int keys)
    {
        float* sums = block.Scores + ((nint)block.Rows * block.ScoreStride);
        for (int first = 0; first < block.ValueWidth; first += 2 * TSimd.Lanes)
        {
            GemmTile tile = new()
            {
                A = block.Scores,
                RowStrideA = block.ScoreStride,
                Taps = 1,
                TapLength = keys,
                B = block.Values + ((nint)first * block.Positions / (block.ValueUnits is null ? 1 : 2)),
                C = sums + first,
                RowStrideC = block.ValueWidth,
                Ahead = block.ValuesAhead,
            };
            AnyPanel(tile, block, Math.Min(2, (block.ValueWidth - first) / TSimd.Lanes));
        }

        for (int row = 0; row < block.Rows; row++)
        {
            new ReadOnlySpan<float>(sums + ((nint)row * block.ValueWidth), block.HeadWidth)
                .CopyTo(new Span<float>(block.Output + (row * block.OutputStride), block.HeadWidth));
        }
    }

    /// <summary>Any number of rows by a panel of floats or integers, from zero.</summary>
    private static void AnyPanel(GemmTile tile, in AttentionBlock block, int vectors)
    {
        float* zeros = stackalloc float[2 * TSimd.Lanes];
        new Span<float>(zeros, 2 * TSimd.Lanes).Clear();
        tile.Init = zeros;
        bool integers = block.KeyUnits is not null;
        if (block.Rows >= LowRows)
        {
            if (integers)
            {
                float* decoded = block.Scores + ((nint)block.Rows * (block.ScoreStride + block.ValueWidth));
                DecodeIntegers(tile.B, tile.TapLength, decoded);
                tile.B = decoded;
            }

            Tiles(tile, block.Rows, vectors);
            return;
        }

        for (int row = 0; row < block.Rows; row++)
        {
            if (integers)
            {
                IntegerTile(tile);
            }
            else if (vectors == 2)
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
}
