using AudioCodec.Bitstream;
using AudioCodec.Entropy;

namespace AudioCodec.Tests.Entropy;

public sealed class EntropyChunkCoderTests
{
    [Fact]
    public void Decode_ManyChunksTogether_GivesTheCodesOfEach()
    {
        var encoder = new EntropyChunkCoder(FormulaModels.Tiny);
        int[][] runs = [[100], [1], [30, 0, 45], [64], [65, 1], [0], [128]];
        var chunks = new List<CodedChunk>();
        var expected = new List<ushort[]>();
        foreach (int[] run in runs)
        {
            ushort[] codes = FormulaModels.RandomCodes(run.Sum(), 3, 32, run.Length + run[0]);
            Assert.True(encoder.TryEncode(codes, 3, run, new long[3], out ReadOnlySpan<byte> bytes));
            chunks.Add(new CodedChunk(bytes.ToArray(), run, new ushort[codes.Length]));
            expected.Add(codes);
        }

        foreach (int together in new[] { 1, 3, 7 })
        {
            var decoder = new EntropyChunkCoder(FormulaModels.Tiny, together, ExactKernels.All[together % 4]);
            for (int i = 0; i < chunks.Count; i += together)
            {
                CodedChunk[] group = [.. chunks.Skip(i).Take(together).Select(c => new CodedChunk(c.Bytes, c.Runs, new ushort[c.Codes.Length]))];
                decoder.Decode(group, 3);
                for (int j = 0; j < group.Length; j++)
                {
                    Assert.Null(group[j].Error);
                    Assert.Equal(expected[i + j], group[j].Codes);
                }
            }
        }
    }

    [Fact]
    public void TryEncode_LikelyCodes_CostsWhatTheModelSays()
    {
        // Codes drawn from the model itself: decoding random bytes does exactly that.
        var random = new byte[4000];
        new Random(4).NextBytes(random);
        var coder = new EntropyChunkCoder(FormulaModels.Tiny);
        var drawn = new CodedChunk(random, [400], new ushort[400 * 4]);
        coder.Decode([drawn], 4);
        Assert.Null(drawn.Error);

        var bits = new long[4];
        Assert.True(coder.TryEncode(drawn.Codes, 4, [400], bits, out ReadOnlySpan<byte> bytes));
        Assert.True(random.AsSpan(0, bytes.Length - 8).SequenceEqual(bytes[..^8]));
        Assert.InRange(bits.Sum(), (bytes.Length * 8) - 40, (bytes.Length * 8) + 40);
        Assert.True(bytes.Length < 400 * 4 * 5 / 8, $"{bytes.Length} bytes");
    }
}
