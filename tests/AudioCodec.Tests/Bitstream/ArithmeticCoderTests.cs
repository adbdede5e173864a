using System.Text.Json;
using AudioCodec.Bitstream;
using AudioCodec.TestSupport;
using FsCheck;
using FsCheck.Fluent;

namespace AudioCodec.Tests.Bitstream;

public sealed class ArithmeticCoderTests
{
    [Fact]
    public void Encode_GoldenCases_GivesTheReferencesBytesAndDecodes()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden/arithmetic_coder.json")));
        Assert.Equal(ArithmeticCode.RangeBits, document.RootElement.GetProperty("total_range_bits").GetInt32());
        foreach (JsonElement golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            int[] symbols = Integers(golden.GetProperty("symbols"));
            int[][] tables = [.. golden.GetProperty("cdfs").EnumerateArray().Select(Integers)];
            byte[] expected = Convert.FromHexString(golden.GetProperty("bytes").GetString()!);
            var encoder = new ArithmeticEncoder();
            for (int i = 0; i < symbols.Length; i++)
            {
                encoder.Encode(symbols[i], tables[i]);
            }

            Assert.Equal(expected, encoder.Finish().ToArray());
            Assert.Equal(symbols, Decode(expected, tables, zerosFollow: false));
        }
    }

    [Fact]
    public void RoundTrip_AnySymbolsAndTables_IsExactWithBothEndings()
    {
        Gen<(int Symbol, int[] Table)> symbols =
            from size in Gen.Choose(1, 39)
            from peakedness in Gen.Choose(1, 7)
            from seed in Gen.Choose(0, int.MaxValue)
            from symbol in Gen.Choose(0, size - 1)
            select (symbol, RandomTable(new Random(seed), size, peakedness));
        var encoder = new ArithmeticEncoder();
        Law.HoldsForRows(symbols, cases: 600, longest: 60, row =>
        {
            foreach (bool shortest in new[] { false, true })
            {
                encoder.Reset();
                foreach ((int symbol, int[] table) in row)
                {
                    encoder.Encode(symbol, table);
                }

                byte[] bytes = (shortest ? encoder.FinishShortest() : encoder.Finish()).ToArray();
                Assert.False(encoder.Overflowed);
                Assert.Equal(row.Select(s => s.Symbol), Decode(bytes, [.. row.Select(s => s.Table)], shortest));
            }
        });
    }

    [Theory]
    [InlineData(1024, 1)]
    [InlineData(1024, 4)]
    [InlineData(16, 2)]
    [InlineData(2, 1)]
    public void Encode_HundredThousandDrawnSymbols_CostsTheirEntropy(int size, int peakedness)
    {
        var random = new Random(size + peakedness);
        int[] table = RandomTable(random, size, peakedness);
        int total = table[^1];
        var encoder = new ArithmeticEncoder();
        double ideal = 0;
        for (int i = 0; i < 100_000; i++)
        {
            int symbol = Array.BinarySearch(table, random.Next(total));
            symbol = symbol >= 0 ? symbol + 1 : ~symbol;
            ideal -= Math.Log2((table[symbol] - (symbol == 0 ? 0 : table[symbol - 1])) / (double)total);
            encoder.Encode(symbol, table);
        }

        double bits = encoder.FinishShortest().Length * 8;
        Assert.InRange(bits, ideal - 8, (ideal * 1.001) + 32);
    }

    [Fact]
    public void Encode_IntervalThatNeverSettles_IsFlaggedNotMiscoded()
    {
        // A sliver around the middle of the interval, again and again: its ends differ in the leading bit for ever.
        const int half = ArithmeticCode.Range / 2;
        int[] table = [half - 1, half + 1, ArithmeticCode.Range];
        var encoder = new ArithmeticEncoder();
        for (int i = 0; i < 4; i++)
        {
            encoder.Encode(1, table);
        }

        Assert.True(encoder.Overflowed);
        encoder.Reset();
        Assert.False(encoder.Overflowed);
        Assert.Equal(new ArithmeticEncoder().Finish().ToArray(), encoder.Finish().ToArray());
    }

    [Fact]
    public void Decode_RandomBytes_GivesSymbolsOrTypedError()
    {
        var random = new Random(11);
        var bytes = new byte[40];

        // Half of the range belongs to no symbol.
        int[] table = [.. Enumerable.Range(1, 64).Select(i => i << 17)];
        int refused = 0;
        for (int run = 0; run < 2000; run++)
        {
            random.NextBytes(bytes);
            try
            {
                Assert.All(Decode(bytes, Enumerable.Repeat(table, 50).ToArray(), zerosFollow: false), s => Assert.InRange(s, 0, 63));
            }
            catch (BitstreamException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1900, 2000);
    }

    private static int[] Decode(byte[] bytes, int[][] tables, bool zerosFollow)
    {
        var decoder = new ArithmeticDecoder(new BitReader(new MemoryStream(bytes), 0), zerosFollow);
        return [.. tables.Select(t => decoder.Decode(t))];
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>A table of frequencies of at least 2 that sum to 2^24 or a little less.</summary>
    private static int[] RandomTable(Random random, int size, int peakedness)
    {
        double[] weights = [.. Enumerable.Range(0, size).Select(_ => Math.Pow(random.NextDouble(), peakedness))];
        double sum = weights.Sum();
        int budget = ArithmeticCode.Range - (2 * size) - random.Next(3);
        int at = 0;
        return [.. weights.Select(w => at += 2 + (int)(budget * (w / sum)))];
    }
}
