using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Tests.Numerics.Transformer;

public sealed unsafe class AttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 2, 4, 3, 7)]
    [InlineData(2, 3, 16, 33, 33)]
    [InlineData(2, 1, 20, 1, 130)]
    [InlineData(3, 2, 64, 50, 101)]
    [InlineData(1, 4, 48, 97, 20)]
    public void Apply_RandomValues_AgreesWithDoublePrecision(int sequences, int heads, int headWidth, int queries, int keys)
    {
        Case all = new(sequences, heads, headWidth, queries, keys);
        AssertOracle(all);
        AssertOracle(all with { Bias = GuardedArray.Random(heads * queries * keys, 9), Scale = 1f });
        if (queries <= keys)
        {
            AssertOracle(all with { Causal = true });
        }

        Case limited = all with { Limits = [.. Enumerable.Range(0, sequences).Select(s => Math.Max(0, keys - (2 * s) - 1))] };
        AssertOracle(limited);

        // Rounded to half of 2^-14 of a head's largest: 16 times the error that single precision may have in the sums, and that of each value.
        AssertOracle(limited with { Compact = true, Causal = queries <= keys }, tolerance: 1.5e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_BiasThatLeavesOneKey_GivesItsValueExactly(bool compact)
    {
        const int Keys = 70;
        for (int chosen = 0; chosen < Keys; chosen++)
        {
            Case one = new(1, 2, 5, 3, Keys)
            {
                Compact = compact,
                Values = compact ? GuardedArray.Integers(Keys * 10, 3) : GuardedArray.Random(Keys * 10, 3),
                Bias = [.. Enumerable.Range(0, 2 * 3 * Keys).Select(i => i % Keys == chosen ? 0f : float.NegativeInfinity)],
            };
            float[] actual = one.Apply();
            for (int i = 0; i < actual.Length; i++)
            {
                Assert.Equal(one.Values[(chosen * 10) + (i % 10)], actual[i]);
            }
        }
    }

    [Fact]
    public void Apply_BiasByDistance_GivesTheBitsOfTheBiasWrittenOut()
    {
        const int Heads = 3, Steps = 60, Offsets = (2 * Steps) - 1;
        float[] byOffset = GuardedArray.Random(Heads * Offsets, 4);
        Case whole = new(1, Heads, 8, Steps, Steps)
        {
            Bias = [.. Enumerable.Range(0, Heads * Steps * Steps).Select(i => byOffset[(i / Steps / Steps * Offsets) + (i % Steps) - (i / Steps % Steps) + Steps - 1])],
        };
        KeyValueCache cache = new(1, Heads, 8, Steps);
        GuardedArray keys = new(whole.Keys), values = new(whole.Values), queries = new(whole.Queries), bias = new(byOffset), output = new(whole.Queries.Length);
        cache.Append(keys.Pointer, values.Pointer, Heads * 8, Steps);
        AttentionQueries asked = new()
        {
            Data = queries.Pointer,
            Stride = Heads * 8,
            Count = Steps,
            Scale = whole.Scale,
            Bias = bias.Pointer + (Steps - 1),
            BiasHeadStride = Offsets,
            BiasQueryStride = -1,
        };
        new Attention(new Executor(1)).Apply(asked, cache, output.Pointer, Heads * 8);
        Assert.Equal(whole.Apply(), output.Read());
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    [InlineData(true, 9)]
    public void Apply_EqualScores_GivesTheMeanExactly(bool compact, int queries)
    {
        for (int keys = 1; keys <= 256; keys *= 2)
        {
            Case mean = new(2, 2, 9, queries, keys) { Scale = 0f, Compact = compact, Values = GuardedArray.Integers(2 * keys * 18, keys) };
            float[] actual = mean.Apply();
            for (int i = 0; i < actual.Length; i++)
            {
                int sequence = i / 18 / queries;
                float sum = 0;
                for (int key = 0; key < keys; key++)
                {
                    sum += mean.Values[(((sequence * keys) + key) * 18) + (i % 18)];
                }

                Assert.Equal(sum / keys, actual[i]);
            }
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(7, false)]
    [InlineData(60, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(60, true)]
    public void Apply_CausalPieceByPiece_GivesTheBitsOfTheWhole(int piece, bool compact)
    {
        const int Steps = 120;
        Case whole = new(2, 3, 24, Steps, Steps) { Causal = true, Compact = compact };
        Assert.Equal(whole.Apply(), whole.ApplyInPieces(piece));
    }

    [Fact]
    public void Apply_OnTwoThreads_GivesTheSameBits()
    {
        Case large = new(2, 5, 32, 60, 100);
        Assert.Equal(large.Apply(), (large with { Threads = 2 }).Apply());
        Case compact = large with { Compact = true };
        Assert.Equal(compact.Apply(), (compact with { Threads = 2 }).Apply());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_SequenceWithPadding_GivesTheBitsOfTheSequenceAlone(bool compact)
    {
        const int Keys = 41;
        Case padded = new(2, 2, 16, 4, Keys) { Limits = [Keys, 30], Compact = compact };
        Case alone = new(1, 2, 16, 4, 30)
        {
            Compact = compact,
            Queries = padded.Queries[(4 * 32)..],
            Keys = padded.Keys[(Keys * 32)..((Keys + 30) * 32)],
            Values = padded.Values[(Keys * 32)..((Keys + 30) * 32)],
        };
        Assert.Equal(alone.Apply(), padded.Apply()[(4 * 32)..]);
    }

    [Fact]
    public void Apply_NoKeyInSight_GivesZeros()
    {
        Case blind = new(2, 2, 8, 3, 5) { Limits = [5, 0] };
        float[] actual = blind.Apply();
        Assert.DoesNotContain(0f, actual[..(3 * 16)]);
        Assert.Equal(new float[3 * 16], actual[(3 * 16)..]);
    }

    [Fact]
    public void Apply_CausalWithMoreQueriesThanPositions_Throws()
    {
        Case wrong = new(1, 1, 4, 3, 2) { Causal = true };
        Assert.Throws<ArgumentOutOfRangeException>(() => wrong.Apply());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_AsPositionsAreAdded_AllocatesNothing(bool compact)
    {
        Attention attention = new(new Executor(2));
        KeyValueCache cache = new(2, 4, 16, 200, compact);
        GuardedArray rows = new(GuardedArray.Random(2 * 64, 1));
        GuardedArray output = new(2 * 64);
        AttentionQueries queries = new() { Data = rows.Pointer, Stride = 64, Count = 1, Scale = 0.25f, Causal = true };
        SteadyState.AssertAllocatesNothing(() =>
        {
            cache.Clear();
            for (int step = 0; step < cache.Capacity; step++)
            {
                cache.Append(rows.Pointer, rows.Pointer, 64, 1);
                attention.Apply(queries, cache, output.Pointer, 64);
            }
        });
    }

    private static void AssertOracle(Case all, double tolerance = 2e-6) => AssertOracle(all, all.Apply(), tolerance);

    /// <summary>
    /// Scores are below 8 here, their rounding error below 4 u sqrt(headWidth) * headWidth / 8, and the weights sum to 1: 2e-6 leaves room for the exponential and the
    /// sum, as values are below 1.
    /// </summary>
    private static void AssertOracle(Case all, float[] actual, double tolerance)
    {
        double[] expected = all.Oracle();
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.InRange(Math.Abs(actual[i] - expected[i]), 0, tolerance);
        }
    }

    private sealed record Case(int Sequences, int Heads, int HeadWidth, int QueryCount, int KeyCount)
    {
        private int Width => Heads * HeadWidth;

        public float[] Queries { get; init; } = GuardedArray.Random(Sequences * QueryCount * Heads * HeadWidth, 1);

        public float[] Keys { get; init; } = GuardedArray.Random(Sequences * KeyCount * Heads * HeadWidth, 2);

        public float[] Values { get; init; } = GuardedArray.Random(Sequences * KeyCount * Heads * HeadWidth, 3);

        public float Scale { get; init; } = 1f / MathF.Sqrt(HeadWidth);

        public bool Causal { get; init; }

        public float[]? Bias { get; init; }

        public int[]? Limits { get; init; }

        public int Threads { get; init; } = 1;

        public bool Compact { get; init; }

        public float[] Apply()
        {
            KeyValueCache cache = new(Sequences, Heads, HeadWidth, KeyCount, Compact);
            GuardedArray keys = new(Keys), values = new(Values), queries = new(Queries), output = new(Queries.Length);
            cache.Append(keys.Pointer, values.Pointer, Width, KeyCount);
            for (int sequence = 0; Limits is not null && sequence < Sequences; sequence++)
            {
                cache.Limit(sequence, Limits[sequence]);
            }

            fixed (float* bias = Bias)
            {
                AttentionQueries asked = new()
                {
                    Data = queries.Pointer,
                    Stride = Width,
                    Count = QueryCount,
                    Scale = Scale,
                    Causal = Causal,
                    Bias = bias,
                    BiasHeadStride = QueryCount * KeyCount,
                    BiasQueryStride = KeyCount,
                };
                new Attention(new Executor(Threads)).Apply(asked, cache, output.Pointer, Width);
            }

            return output.Read();
        }

        /// <summary>Self-attention in pieces of the steps, each appended to the cache before it is asked.</summary>
        public float[] ApplyInPieces(int piece)
        {
            KeyValueCache cache = new(Sequences, Heads, HeadWidth, KeyCount, Compact);
            Attention attention = new(new Executor(1));
            var output = new float[Queries.Length];
            for (int start = 0; start < QueryCount; start += piece)
            {
                int count = Math.Min(piece, QueryCount - start);
                float[] Cut(float[] rows) =>
                    [.. Enumerable.Range(0, Sequences).SelectMany(s => rows.Skip(((s * QueryCount) + start) * Width).Take(count * Width))];
                GuardedArray keys = new(Cut(Keys)), values = new(Cut(Values)), queries = new(Cut(Queries)), result = new(Sequences * count * Width);
                cache.Append(keys.Pointer, values.Pointer, Width, count);
                AttentionQueries asked = new() { Data = queries.Pointer, Stride = Width, Count = count, Scale = Scale, Causal = true };
                attention.Apply(asked, cache, result.Pointer, Width);
                for (int sequence = 0; sequence < Sequences; sequence++)
                {
                    result.Read().AsSpan(sequence * count * Width, count * Width).CopyTo(output.AsSpan(((sequence * QueryCount) + start) * Width));
                }
            }

            return output;
        }

        public double[] Oracle()
        {
            var output = new double[Queries.Length];
            for (int row = 0; row < Sequences * QueryCount * Heads; row++)
            {
                int head = row % Heads, query = row / Heads % QueryCount, sequence = row / Heads / QueryCount;
                int visible = Math.Min(Limits?[sequence] ?? KeyCount, Causal ? KeyCount - QueryCount + query + 1 : KeyCount);
                int from = (((sequence * QueryCount) + query) * Width) + (head * HeadWidth);
                int Key(int key) => (((sequence * KeyCount) + key) * Width) + (head * HeadWidth);
                double[] weights = [.. Enumerable.Range(0, visible).Select(key =>
                    Math.Exp((Scale * Enumerable.Range(0, HeadWidth).Sum(d => (double)Queries[from + d] * Keys[Key(key) + d]))
                        + (Bias?[(((head * QueryCount) + query) * KeyCount) + key] ?? 0)))];
                for (int d = 0; d < HeadWidth; d++)
                {
                    output[from + d] = visible == 0 ? 0 : weights.Select((w, key) => w * Values[Key(key) + d]).Sum() / weights.Sum();
                }
            }

            return output;
        }
    }
}
